# Evaluates the expression on stdin, with the answer loaded where --plain is not given, and prints the value as equal values print it.
def runproof_canonical(value)
  case value
  when Hash then "{" + value.map { |k, v| "#{runproof_canonical(k)} => #{runproof_canonical(v)}" }.sort.join(", ") + "}"
  when Array then "[" + value.map { |one| runproof_canonical(one) }.join(", ") + "]"
  else value.inspect
  end
end
out = $stdout.dup
$stdout.reopen($stderr)
expression = $stdin.read
load "./answer.rb" unless ARGV.include?("--plain")
begin
  told = "value " + runproof_canonical(eval(expression, TOPLEVEL_BINDING))
rescue StandardError => error
  told = "error " + error.class.name
end
out.puts told
