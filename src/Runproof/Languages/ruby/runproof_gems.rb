# frozen_string_literal: true

module Runproof
  # Gems that were installed into the environment, and what takes the place of gems that only steer: Bundler (the environment is its bundle) and tools that measure coverage, which would
  # measure a second time.
  module Gems
    FOLDERS = "/opt/env/gems/ruby/*"
    # Debian's packages. Their gem specifications tell where code lies in a gem; RubyGems cannot use them, since the folders that they name are not where they say.
    UNPACKED = %w[lib/ruby/vendor_ruby lib/*/ruby/vendor_ruby/* share/rubygems-integration/*/gems/*/lib].map { |place| "/opt/env/debian/usr/#{place}" }.freeze
    SPECIFICATIONS = "/opt/env/debian/usr/share/rubygems-integration/*/specifications/*.gemspec"
    STEERING = %w[
      bundler bundler/setup bundler/gem_tasks simplecov simplecov-cobertura simplecov-lcov simplecov-html simplecov_json_formatter simplecov-console coveralls coveralls_reborn codecov codeclimate-test-reporter
      pry byebug debug pry-byebug
    ].freeze

    # Takes any message and any constant, and does nothing.
    module Nothing
      class << self
        def method_missing(*)
          self
        end

        def respond_to_missing?(*)
          true
        end

        def const_missing(_name)
          self
        end
      end
    end

    module_function

    def open
      places = Dir[FOLDERS]
      unless places.empty?
        ENV["GEM_PATH"] = (places + Gem.default_path).uniq.join(":")
        Gem.paths = { "GEM_HOME" => places[0], "GEM_PATH" => ENV["GEM_PATH"] }
      end
      unpacked = (Dir[*UNPACKED] + Dir[SPECIFICATIONS].flat_map { |file| folders(file) }).uniq
      $LOAD_PATH.concat(unpacked)
      ENV["RUBYLIB"] = [*unpacked, ENV.fetch("RUBYLIB", nil)].compact.join(":") unless unpacked.empty?
    end

    def folders(specification)
      gem = Gem::Specification.load(specification)
      gem ? gem.require_paths.map { |path| File.join(File.dirname(specification, 2), "gems", gem.full_name, path) }.select { |path| Dir.exist?(path) } : []
    end

    # In the process that loads the repository, where a gem of that name has not been loaded.
    def stand_in
      %w[pathname set fileutils rbconfig].each { |name| Kernel.require(name) } # Bundler brings them
      STEERING.each { |name| $LOADED_FEATURES << "#{name}.rb" unless $LOADED_FEATURES.any? { |loaded| loaded.end_with?("/lib/#{name}.rb") } }
      %i[SimpleCov Coveralls Codecov].each { |name| Object.const_set(name, Nothing) unless Object.const_defined?(name, false) }
      Object.send(:remove_const, :Bundler) if Object.const_defined?(:Bundler, false)
      Object.const_set(:Bundler, Bundle)
      Kernel.prepend(Lenient)
      Object.prepend(Lenient)
    end

    # Bundler.require asks for the gems that a Gemfile names.
    module Bundle
      class << self
        def require(*)
          names = File.exist?("Gemfile") ? File.read("Gemfile").scan(/^\s*gem\s+["']([^"']+)["']/).flatten : []
          names.each do |name|
            Kernel.require(name)
          rescue LoadError
            nil
          end
        end

        def with_unbundled_env
          yield
        end
        alias with_clean_env with_unbundled_env
        alias with_original_env with_unbundled_env

        def method_missing(*)
          self
        end

        def respond_to_missing?(*)
          true
        end

        def const_missing(_name)
          Nothing
        end
      end
    end

    # Another version than the one asked for is better than none.
    module Lenient
      private

      def gem(*)
        super
      rescue Gem::LoadError
        false
      end
    end
  end
end
