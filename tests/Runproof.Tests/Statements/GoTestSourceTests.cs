using Runproof.Languages.Reports;
using Runproof.Statements;

namespace Runproof.Tests.Statements;

public sealed class GoTestSourceTests
{
    private const string Source = """
        func TestParse(t *testing.T) {
        	unrelated := other()
        	input := "a,b"
        	parts, err := Parse(input)
        	if err != nil {
        		t.Fatal("failed")
        	}
        	if unrelated {
        		parts = nil
        	}
        	if len(parts) != 2 || parts[0] != "a" {
        		t.Errorf("bad parts %v", parts)
        	}
        	if got := Join(parts); got != input {
        		t.Errorf("bad join")
        	} else if !Same(got, input) {
        		t.Errorf("not the same")
        	}
        	if err := Check(
        		input,
        	); err == nil {
        		t.Log("fine")
        	} else {
        		t.Error("never")
        	}
        	if Valid(input) {
        		t.Log("as it should be")
        	} else {
        		t.Error("refused")
        	}
        	w := first()
        	w = httptest.NewRecorder()
        	router.ServeHTTP(w, request)
        	if !(w.Code == 200 && (w.Body == "")) {
        		t.Errorf("bad answer")
        	}
        	t.Parallel()
        	var read Config
        	if err := Unmarshal(data, &read); err != nil {
        		t.Fatal("no")
        	}
        	if (read.Size == 3) {
        		t.Errorf("bad size")
        	}
        	queue := New()
        	queue.Push(3)
        	want := []int{
        		3,
        	}
        	same(t, queue.All(), want)
        }

        func same(t *testing.T, got, want []int) {
        	equal := reflect.DeepEqual(got, want)
        	if !equal {
        		t.Error("not equal")
        	}
        }
        """;

    [Theory]
    [InlineData("\"failed\"", "err == nil", "input := \"a,b\"", "parts, err := Parse(input)")]
    [InlineData("bad parts", "!(len(parts) != 2 || parts[0] != \"a\")", "input := \"a,b\"", "parts, err := Parse(input)")]
    [InlineData("bad join", "got == input", "input := \"a,b\"", "parts, err := Parse(input)", "got := Join(parts)")]
    [InlineData("not the same", "Same(got, input)", "input := \"a,b\"", "parts, err := Parse(input)", "got := Join(parts)")]
    [InlineData("refused", "Valid(input)", "input := \"a,b\"")]
    [InlineData("bad answer", "w.Code == 200 && (w.Body == \"\")", "w = httptest.NewRecorder()", "router.ServeHTTP(w, request)")]
    [InlineData("bad size", "read.Size != 3", "var read Config", "err := Unmarshal(data, &read)")]
    [InlineData("same(t, queue", null, "queue := New()", "queue.Push(3)", "want := []int{\n\t3,\n}", "same(t, queue.All(), want)")]
    public void The_check_of_a_failure_is_read_with_what_made_its_values(string at, string? holds, params string[] code)
    {
        var check = GoTestSource.Read(Source, LineOf(at)).ShouldNotBeNull();
        check.Code.ShouldBe(code);
        check.Holds.ShouldBe(holds);
    }

    [Theory]
    [InlineData("not equal")]
    [InlineData("never")]
    public void A_place_that_does_not_tell_gives_nothing(string at) => GoTestSource.Read(Source, LineOf(at)).ShouldBeNull();

    [Fact]
    public void A_message_that_says_little_is_told_with_its_call()
    {
        var read = GoBehaviour.Of(new("m.TestParse", TestOutcome.Failed, Details: $"    a_test.go:{LineOf("bad join")}: bad join\n"), file => file == "a_test.go" ? Source : null);
        StatementTemplate.Write([read], "m", "go", 1, 0).ShouldContain("""
            ```go
            input := "a,b"
            parts, err := Parse(input)
            got := Join(parts)
            ```
            What is seen:

            ```
            bad join
            ```

            What should hold: `got == input`
            """);
    }

    private static int LineOf(string text) => Array.FindIndex(Source.Split('\n'), line => line.Contains(text, StringComparison.Ordinal)) + 1;

    private const string Table = """
        func TestCheck(t *testing.T) {
        	tests := []struct {
        		constraint, version string
        		check               bool
        	}{
        		{"<=1.1", "1.1.0", true},
        		{"<=1.1", "1.1", true},
        		{version: "2, 3", constraint: "{x}", check: false},
        		{"", "9", true},
        		{"", "9", false},
        	}

        	for _, tc := range tests {
        		c := NewConstraint(tc.constraint)
        		if got := c.Check(tc.version); got != tc.check {
        			t.Errorf("Constraint '%s' failing with '%s'", tc.constraint, tc.version)
        		}
        	}
        }
        """;

    [Theory]
    [InlineData("Constraint '<=1.1' failing with '1.1.0'", "c := NewConstraint(\"<=1.1\")", "got := c.Check(\"1.1.0\")", "got == true")]
    [InlineData("Constraint '{x}' failing with '2, 3'", "c := NewConstraint(\"{x}\")", "got := c.Check(\"2, 3\")", "got == false")]
    [InlineData("Constraint '' failing with '9'", "c := NewConstraint(tc.constraint)", "got := c.Check(tc.version)", "got == tc.check")]
    [InlineData("Constraint '1' failing with '1'", "c := NewConstraint(tc.constraint)", "got := c.Check(tc.version)", "got == tc.check")]
    public void A_row_of_a_table_is_the_only_one_whose_values_the_failure_names(string message, string made, string call, string holds)
    {
        var line = Array.FindIndex(Table.Split('\n'), one => one.Contains("t.Errorf", StringComparison.Ordinal)) + 1;
        var read = GoBehaviour.Of(new("m.TestCheck", TestOutcome.Failed, Details: $"    a_test.go:{line}: {message}\n"), _ => Table);
        (read.SetUp.Single(), read.Call, read.Expected).ShouldBe((made, call, holds));
    }
}
