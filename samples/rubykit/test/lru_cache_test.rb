# frozen_string_literal: true

require "test_helper"

class LruCacheTest < Minitest::Test
  def setup
    @cache = Rubykit::LruCache.new(2)
  end

  def test_it_makes_a_value_once
    assert_equal 4, @cache.fetch(2) { |key| key * 2 }
    assert_equal 4, @cache.fetch(2) { raise "made again" }
  end

  def test_without_a_block_there_is_nothing
    assert_nil @cache.fetch(:a)
    assert_equal 0, @cache.size
  end

  def test_the_oldest_entry_goes
    @cache.store(:a, 1)
    @cache.store(:b, 2)
    @cache.store(:c, 3)
    assert_equal %i[b c], @cache.keys
  end

  def test_use_makes_young
    @cache.store(:a, 1)
    @cache.store(:b, 2)
    @cache.fetch(:a)
    @cache.store(:c, 3)
    assert_equal %i[a c], @cache.keys
  end

  def test_storing_again_makes_young
    @cache.store(:a, 1)
    @cache.store(:b, 2)
    @cache.store(:a, 3)
    assert_equal %i[b a], @cache.keys
    assert_equal 3, @cache.fetch(:a)
  end

  def test_hits_and_misses_are_counted
    @cache.fetch(:a) { 1 }
    @cache.fetch(:a)
    @cache.fetch(:a)
    assert_equal [2, 1], [@cache.hits, @cache.misses]
  end

  def test_clearing_forgets_all
    @cache.fetch(:a) { 1 }
    @cache.clear
    assert_equal [0, 0, 0], [@cache.size, @cache.hits, @cache.misses]
  end

  def test_a_cache_for_nothing_is_refused
    assert_raises(ArgumentError) { Rubykit::LruCache.new(0) }
    assert_equal 0, Rubykit::LruCache.new(1).size
  end
end
