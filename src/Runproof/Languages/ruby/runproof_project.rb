# frozen_string_literal: true

module Runproof
  # What a repository's own test task would load: folders and files, from its Rakefile where that says so in plain words.
  class Project
    NAMES = "{test_*,*_test,tests_*,spec_*,*_spec}.rb"

    def initialize(folder)
      rakefile = %w[Rakefile rakefile Rakefile.rb].find { |name| File.file?(name) }
      @task = rakefile ? Runproof.legal(File.binread(rakefile)).lines.grep_v(/^\s*#/) : []
      @folder = folder
    end

    # The test files, in order; of those that were asked for, or of all.
    def files(asked)
      asked = [@folder] if asked.empty? && patterns.empty?
      found = asked.empty? ? patterns.flat_map { |pattern| Dir[pattern] } : asked.flat_map { |place| File.directory?(place) ? inside(place) : Dir[place] }
      found.select { |file| File.file?(file) }.map { |file| Runproof.relative(file) }.compact.uniq.sort
    end

    # Makes the repository's folders the first to be looked at, and forgets what the framework loaded of the standard library where this repository is its source.
    def open
      folders = (["lib", "test", "spec"] + task_folders + Dir["*/lib"] + Dir["ext/*/lib"]).uniq.select { |place| File.directory?(place) }
      $LOAD_PATH.unshift(*folders.map { |place| File.join(ROOT, place) }, ROOT)
      forget(folders.first == "lib" ? File.join(ROOT, "lib") : nil)
      ENV["RUBYLIB"] = [*folders.map { |place| File.join(ROOT, place) }, ENV.fetch("RUBYLIB", nil)].compact.join(":")
      required.each { |name| yield name }
    end

    private

    def inside(place)
      named = Dir[File.join(place, "**", NAMES)]
      named.empty? ? Dir[File.join(place, "**", "*.rb")] : named
    end

    # Globs of test files in lines that name them.
    def patterns
      @patterns ||= @task.grep(/pattern|test_files|FileList|Dir\b/).grep_v(/exclude|ignore/).flat_map { |line| line.scan(%r{["'](?:\./)?((?:test|spec|tests)/[^"']*\.rb)["']}) }.flatten.uniq
    end

    def task_folders
      @task.grep(/\blibs\b/).flat_map { |line| line.scan(/["']([^"']+)["']/).flatten + line.scan(/%w[\[({]([^\])}]*)/).flatten.flat_map(&:split) }
    end

    def required
      @task.grep(/ruby_opts/).flat_map { |line| line.scan(%r{["']-r\s*([\w/.-]+)["']}) }.flatten
    end

    def forget(lib)
      return unless lib

      own = Dir[File.join(lib, "**", "*.rb")].map { |file| file[(lib.length + 1)..] }
      standard = RbConfig::CONFIG.values_at("rubylibdir", "vendordir").map { |folder| "#{folder}/" }
      loaded = $LOADED_FEATURES.select { |feature| standard.any? { |folder| feature.start_with?(folder) && own.include?(feature.delete_prefix(folder)) } }
      return if loaded.empty?

      $LOADED_FEATURES.reject! { |feature| loaded.include?(feature) }
      Object.constants.each do |name|
        next if Object.autoload?(name)

        place = Object.const_source_location(name)&.first
        Object.send(:remove_const, name) if place && loaded.include?(place)
      end
    end
  end
end
