# frozen_string_literal: true

module Runproof
  # Runs tests in forked processes and keeps the time. A test that outlasts its limit ends its process, and the rest goes on in a new one.
  class Supervisor
    MOST_PROCESSES = 30
    # A run that stops at the first failure also stops at this many tests cut by their limit: the others most likely hang as well.
    TIMEOUTS_TO_STOP = 2
    LOAD_SECONDS = 300

    def initialize(adapter, request, until_time = nil)
      @adapter, @request, @until = adapter, request, until_time
      @results = Results.new
      @bad_files = []
      @timeouts = 0
    end

    def run
      MOST_PROCESSES.times do
        break if process == :done || (@request.fail_fast && (@results.failed? || @timeouts >= TIMEOUTS_TO_STOP))
        break if @until && Runproof.now > @until
      end
      @results
    end

    private

    # One process, until it is done or ends; :done where nothing is left to run.
    def process
      @running = @loading = nil
      reader, writer = IO.pipe
      @pid = pid = fork do
        reader.close
        Process.setpgid(0, 0)
        $stdin.reopen(File::NULL)
        Worker.new(@adapter, @request, writer, @results.tests.keys.to_h { |id| [id, true] }, @bad_files).run
      end
      writer.close
      state = watch(pid, reader)
      stop(pid)
      reader.close
      %i[done more].include?(state) ? state : book(state)
    end

    def watch(pid, reader)
      buffer = +"".b
      loop do
        wait = @running ? @running[:until] - Runproof.now : LOAD_SECONDS
        wait = [wait, @until - Runproof.now].min if @until
        unless IO.select([reader], nil, nil, wait.clamp(0, 3600))
          return :late if !@running || !waits(pid)

          next
        end
        begin
          buffer << reader.read_nonblock(1 << 16)
        rescue IO::WaitReadable
          next
        rescue EOFError
          return :ended
        end
        while (line = buffer.slice!(/\A[^\n]*\n/n))
          state = take(Runproof.words(line.force_encoding(Encoding::UTF_8)))
          return state if state
        end
      end
    end

    # Where the first failure ends the run, a test that does nothing but compute is cut at half of its time; one that waits gets all of it.
    def waits(pid)
      return false if !@running[:rest] || @running[:rest] <= 0 || (@until && Runproof.now > @until)

      busy = processor_seconds(pid) - @running[:busy] > 0.8 * @running[:half]
      @running[:until] += @running[:rest]
      @running[:rest] = 0
      !busy
    end

    def processor_seconds(pid)
      File.read("/proc/#{pid}/stat").rpartition(")").last.split.values_at(11, 12).sum(&:to_f) / 100
    rescue SystemCallError
      0.0
    end

    def take(words)
      kind, *rest = words
      case kind
      when "load" then @loading = rest[0]
      when "loaded" then @loading = nil
      when "collect" then (@results.collection[rest[0]] = rest[1].to_s) && @loading = nil
      when "start" then begin_test(rest)
      when "end"
        @running = nil
        @results.add(rest[0], rest[1], rest[2], rest[3], rest[4], rest[5]) if Results::ORDER.include?(rest[2])
      when "reach", "behaviour" then @results.add_line(kind, rest[0])
      when "done" then return :done
      when "again" then return :more
      end
      nil
    end

    def begin_test(words)
      limit = @request.limit_of(words[0])
      limit = Float::INFINITY if limit <= 0
      half = @request.fail_fast && limit.between?(2, 1000) ? (limit / 2) - 0.5 : limit
      @running = { id: words[0], file: words[1], limit: limit, until: Runproof.now + half, half: half, rest: limit - half, busy: half == limit ? 0 : processor_seconds(@pid) }
    end

    def stop(pid)
      [-pid, pid].each do |target|
        Process.kill(:KILL, target)
      rescue SystemCallError
        nil
      end
      Process.wait(pid)
    rescue SystemCallError
      nil
    end

    # A process that did not come to its end: what it was at is to blame. :done where nothing can be gone on with.
    def book(state)
      if @running && state == :late
        @timeouts += 1
        @results.add(@running[:id], @running[:file], "timed out", @running[:limit], "#{TIME_LIMIT} of #{@running[:limit]} s", "")
      elsif @running
        @results.add(@running[:id], @running[:file], "errored", 0, "the test ended its process", "")
      elsif @loading
        @bad_files << @loading
        @results.collection[@loading] = state == :late ? "it could not be loaded in time" : "the process was ended while '#{@loading}' was loaded"
      else
        @results.collection["tests"] = "the process ended before its tests did"
        return :done
      end
      :more
    end
  end
end
