# frozen_string_literal: true

# Runs the tests of a Ruby repository for Runproof: ruby run.rb minitest|rspec|test-unit [FILE OR FOLDER ...] in the root of the suite.
#
# This process loads the framework and nothing of the repository. It forks one that loads the code and its tests and tells what becomes of each test; a test that ends or blocks that process
# is booked here, and another process goes on behind it. The report is written here, once nothing of the repository runs any more.

require_relative "runproof_common"
require_relative "runproof_gems"
Runproof::Gems.open
require_relative "runproof_project"
require_relative "runproof_#{ARGV[0].tr("-", "")}"
require_relative "runproof_reach"
require_relative "runproof_behaviour"
require_relative "runproof_worker"
require_relative "runproof_results"
require_relative "runproof_supervisor"

adapter = Runproof::Adapter.new
if Runproof::VARIABLES["WARM"]
  require_relative "runproof_warm"
  Runproof::Warm.new(adapter, ARGV.drop(1)).serve
end

variables = Runproof::VARIABLES
request = Runproof::Request.new(
  files: ARGV.drop(1),
  selection: Runproof.selection(variables["SELECT"] && File.readlines(variables["SELECT"], encoding: "UTF-8")),
  seed: variables["SHUFFLE"]&.to_i,
  fail_fast: variables.key?("FAIL_FAST"),
  seconds: variables["TEST_SECONDS"]&.to_f,
  reach: variables.key?("REACH"),
  behaviour: variables.key?("BEHAVIOUR")
)
results = Runproof::Supervisor.new(adapter, request).run
results.write(variables["REPORT"])
results.write_lines("reach", variables["REACH"]) if request.reach
results.write_lines("behaviour", variables["BEHAVIOUR"]) if request.behaviour
exit!(results.bad? ? 1 : 0)
