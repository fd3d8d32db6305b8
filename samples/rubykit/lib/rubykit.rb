# frozen_string_literal: true

require "rubykit/roman"
require "rubykit/slug"
require "rubykit/interval"
require "rubykit/lru_cache"
require "rubykit/duration"
require "rubykit/table"
