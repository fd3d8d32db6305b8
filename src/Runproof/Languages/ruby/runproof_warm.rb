# frozen_string_literal: true

require "json"

module Runproof
  # A process that has the framework loaded and nothing of the repository, and is forked for each bug. Requests and answers are those of runproof_warm.py. A bug is written into its file and
  # taken out again behind its run, which loads the code and the tests anew; files that tests leave behind stay for the next bug, though. So an answer is good for a first look alone.
  class Warm
    def initialize(adapter, files)
      @adapter, @files = adapter, files
      @requests = $stdin.dup
      @replies = $stdout.dup
      [@requests, @replies].each { |channel| channel.binmode.close_on_exec = true }
      $stdin.reopen(File::NULL)
      $stdout.reopen($stderr)
    end

    def serve
      while (head = @requests.gets)
        nonce, length = head.split
        asked = JSON.parse(@requests.read(length.to_i).force_encoding(Encoding::UTF_8))
        report = begin
          with_change(asked) { run(asked) }
        rescue SystemCallError
          nil
        end
        answer(nonce, report)
      end
      exit!(0)
    end

    private

    def run(asked)
      variables = asked["variables"]
      request = Request.new(files: asked["select"] ? files_of(asked["select"]) : @files, selection: Runproof.selection(asked["select"]), seed: variables["SHUFFLE"]&.to_i, fail_fast: variables.key?("FAIL_FAST"), seconds: variables["TEST_SECONDS"]&.to_f)
      results = Supervisor.new(@adapter, request, Runproof.now + asked["seconds"]).run
      results.write(VARIABLES["REPORT"])
      [File.binread(VARIABLES["REPORT"]), results.bad? ? 1 : 0]
    end

    def files_of(lines)
      lines.filter_map { |line| line.split(" ", 2)[1]&.split(" > ", 2)&.first }.uniq
    end

    def with_change(asked)
      return yield unless asked["file"]

      original = File.binread(asked["file"])
      begin
        File.binwrite(asked["file"], original.byteslice(0, asked["start"]) + asked["replacement"].b + original.byteslice(asked["end"]..))
        yield
      ensure
        File.binwrite(asked["file"], original)
      end
    end

    def answer(nonce, report)
      text, code = report
      @replies.write(text ? "#{text}\nend #{code} report=#{text.bytesize}\n#{nonce}" : nonce)
      @replies.flush
    end
  end
end
