using System.Text.RegularExpressions;

namespace Runproof.Languages;

/// <summary>What Runproof knows of one language: read from its profile file, data only.</summary>
/// <param name="Extends">A language that this one contains, as C++ does C: its operators serve here too, its scripts are shared, and where a repository has files of this one, it stands for both.</param>
/// <param name="Syntaxes">ast-grep's name of each syntax of the language → the extensions of its files.</param>
/// <param name="Shebang">The first line of a file without an extension that is written in the language; null where there are no such files.</param>
/// <param name="Functions">Syntax node kinds (tree-sitter) that are functions, with fields <c>name</c> and <c>body</c>.</param>
/// <param name="FunctionRule">A further ast-grep rule, in YAML flow style, for functions of another shape; captures <c>$NAME</c> and <c>$BODY</c>.</param>
/// <param name="TestParts">Where tests stand inside product files; null where the language has no such custom.</param>
/// <param name="ProjectFiles">A folder with one of these (names, or patterns of names) is a project, where tests are run.</param>
/// <param name="NestedProjects">A project inside another has test runs of its own; else the outermost one runs all.</param>
/// <param name="Environment">Variables of every command that runs in an environment of this language.</param>
/// <param name="InstallEnvironment">Variables that differ while dependencies are installed.</param>
/// <param name="SupportFolder">Host folder of the scripts that the frameworks' commands use.</param>
/// <param name="Hash">Of the profile and its scripts: a changed profile makes new environments.</param>
public sealed record LanguageProfile(
    string Name,
    string Title,
    string? Extends,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Syntaxes,
    Regex? Shebang,
    IReadOnlyList<string> Functions,
    string? FunctionRule,
    ProbeRule? Probes,
    TestPartRule? TestParts,
    SchemataRule? Schemata,
    IReadOnlyList<string> ProjectFiles,
    bool NestedProjects,
    IReadOnlyList<RequiredTool> Tools,
    FileKinds Files,
    PackageRules Packages,
    IReadOnlyList<AssertionRule> Assertions,
    MacroRule? Macros,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> InstallEnvironment,
    IReadOnlyList<TestFramework> Frameworks,
    string SupportFolder,
    string Hash)
{
    public IReadOnlyList<string> Extensions { get; } = [.. Syntaxes.Values.SelectMany(extensions => extensions)];

    /// <summary>Whether a file is written in the language, by its name, or by its first line where the name says nothing.</summary>
    public bool IsLanguageOf(string path, Func<string> firstLine) => Path.GetExtension(path) is { Length: > 0 } extension ? Extensions.Contains(extension) : Shebang is not null && Shebang.IsMatch(firstLine());
}

/// <summary>
/// How several bugs stand in the same files (mutant schemata: Untch, Offutt and Harrold, ISSTA 1993): a function begins with a copy of its body for each bug, behind a switch.
/// </summary>
/// <param name="Bodies">ast-grep rule, in YAML flow style, for the block that is a function's body; <paramref name="Gives"/>: for that of a function with a result, where that makes a difference.</param>
/// <param name="Case">What stands at the beginning of a body for each bug, with <c>{number}</c> and <c>{body}</c>; <paramref name="CaseWithoutResult"/>: where there is no result.</param>
/// <param name="Build">How all are built together, with a switch that is set when the program starts; null where nothing is built, and a warm process sets it.</param>
public sealed record SchemataRule(string Bodies, string? Gives, string? Case, string CaseWithoutResult, SchemataBuild? Build);

/// <param name="Package">Finds the name that <paramref name="Switch"/>, the text of <paramref name="SwitchFile"/> in each folder, takes as <c>{package}</c>.</param>
/// <param name="Command">Makes the test programs of the packages that are added to it.</param>
/// <param name="Error">Finds <c>file</c> and <c>line</c> in what the compiler says.</param>
public sealed record SchemataBuild(Regex Package, string SwitchFile, string Switch, IReadOnlyList<string> Command, Regex Error);

/// <summary>How reach is measured where the language has no coverage by test: a statement at the beginning of each function tells that it runs.</summary>
/// <param name="Rule">ast-grep rule, in YAML flow style, for the block that is a function's body: the statement comes behind its first byte.</param>
/// <param name="Statement">With <c>{number}</c>.</param>
/// <param name="Expressions">Bodies that are an expression.</param>
public sealed record ProbeRule(string Rule, string Statement, IReadOnlyList<ProbeExpression> Expressions);

/// <summary>An expression as a body: it becomes a block (<c>=> x;</c> of C#), or a longer expression around it.</summary>
/// <param name="Rule">For the expression; with its arrow where that is replaced.</param>
/// <param name="Open">Comes in the place of the arrow, or before the expression; with <c>{statement}</c> or <c>{number}</c>.</param>
/// <param name="Close">Comes behind the semicolon, or behind the expression.</param>
/// <param name="Around">Arrow and semicolon stay.</param>
public sealed record ProbeExpression(string Rule, string Open, string Close, bool Around);

/// <summary>
/// Tests inside the files of the code that they test. A solution changes these files, so what stays there judges nothing and gets no bugs; what can stand in a file of its own is moved there when a commit is checked
/// out, with the same meaning.
/// </summary>
/// <param name="Rule">ast-grep rule, in YAML flow style, for what belongs to the tests.</param>
/// <param name="Moved">ast-grep rule for what can be moved; captures <c>$NAME</c> and <c>$BODY</c>, a block at the end.</param>
/// <param name="Stays">A body that holds this means something else in another file.</param>
/// <param name="NotFrom">Files from which nothing is moved.</param>
/// <param name="Files">Names of the new file, beside the old one, with <c>{stem}</c> and <c>{name}</c>: the first that is a test's by its pattern and not taken.</param>
/// <param name="Head">Comes before what is left; with <c>{file}</c>.</param>
/// <param name="Tail">Comes in the place of the block.</param>
public sealed record TestPartRule(string Rule, string Moved, Regex Stays, PathPatterns NotFrom, IReadOnlyList<string> Files, string Head, string Tail);

/// <param name="Command">Exits with 0 where the tool is there.</param>
/// <param name="Debian">The package that brings it.</param>
/// <param name="Image">A container image that has it, where Debian itself has no such package; <c>{version}</c> stands for the first word of the last line that the command prints.</param>
public sealed record RequiredTool(IReadOnlyList<string> Command, string Debian, string? Image = null);

/// <summary>An assertion that code under test could replace; see <see cref="FailingRule.Guard"/>.</summary>
/// <param name="Used">Finds a use in a test file.</param>
/// <param name="Fails">Calls that must raise an error, with groups of <paramref name="Used"/>; <c>{a}</c> is less than <c>{b}</c>.</param>
public sealed record AssertionRule(Regex Used, IReadOnlyList<string> Fails);

/// <summary>Macros by which code under test could give another meaning to the text of a test.</summary>
/// <param name="Defined">Finds the <c>name</c> that a line of code defines, or takes away, as a macro; lines that a backslash continues are one.</param>
/// <param name="Declared">Finds declarations of <c>{name}</c> as anything, a macro included.</param>
public sealed record MacroRule(Regex Defined, string Declared);

/// <summary>What a file of a repository is, by its path.</summary>
/// <param name="Test">Belongs to the tests: never given a bug, overwritten whole when grading.</param>
/// <param name="TestModule">May itself hold tests.</param>
/// <param name="Steering">Steers how tests run: comes from the base state when grading.</param>
/// <param name="GeneratedMarker">A line among the first that says the file is generated.</param>
/// <param name="NotProduct">Documentation, examples, scripts: never given a bug.</param>
/// <param name="BuildOutput">Left behind by building or running; may hold a copy of the code.</param>
public sealed record FileKinds(
    PathPatterns Test,
    PathPatterns TestModule,
    PathPatterns Steering,
    PathPatterns Generated,
    Regex? GeneratedMarker,
    PathPatterns Vendored,
    PathPatterns NotProduct,
    PathPatterns BuildOutput)
{
    /// <summary>Whether bugs may be injected into the file.</summary>
    public bool IsProduct(string path) =>
        !Test.Match(path) && !Steering.Match(path) && !Generated.Match(path) && !Vendored.Match(path) && !NotProduct.Match(path) && !BuildOutput.Match(path);
}

/// <summary>How dependencies come into an environment.</summary>
/// <param name="Install">Command with network; <c>{packages}</c> stands for the declared dependencies. Empty: nothing to install.</param>
/// <param name="InstallWhen">Install only if <see cref="InstallWhenFile"/> matches this; null: if packages are declared, or always where nothing describes the project.</param>
/// <param name="InstallUnless">Nothing to install where this file exists (vendored dependencies).</param>
/// <param name="LockFiles">Files that what is installed follows from: equal ones share one installation. None: each environment installs for itself.</param>
/// <param name="Keep">Names of folders in the repository that installing makes and that belong to the installation.</param>
/// <param name="Describe">Prints a JSON line with name, version and dependencies, without running the repository's code.</param>
/// <param name="CacheByContent">Build caches go by the content of what is built: those of one commit serve another.</param>
/// <param name="SharedCache">Where they do not, the folders of theirs below <c>/opt/env</c> that hold nothing of the repository, or go by content.</param>
/// <param name="Warm">Shell command that fills caches with nothing of the repository itself.</param>
/// <param name="Missing">Finds the name of a missing module in a collection failure.</param>
/// <param name="Debian">Package name for a missing module, with <c>{name}</c>.</param>
/// <param name="UnknownOption">Finds options that a missing plugin would have.</param>
public sealed record PackageRules(
    IReadOnlyList<string> Install,
    Regex? InstallWhen,
    string? InstallWhenFile,
    string? InstallUnless,
    PathPatterns LockFiles,
    IReadOnlyList<string> Keep,
    IReadOnlyList<string> Describe,
    bool CacheByContent,
    IReadOnlyList<string> SharedCache,
    string? Warm,
    Regex? Missing,
    string? Debian,
    IReadOnlyDictionary<string, string> Known,
    Regex? UnknownOption,
    IReadOnlyDictionary<string, string> Options);

/// <summary>One way of running tests.</summary>
/// <param name="DetectFiles">Any of these files says the repository uses it.</param>
/// <param name="DetectText">File → pattern that says so.</param>
/// <param name="DetectTests">Pattern in test files that says so.</param>
/// <param name="Needed">Pattern in test files that no other framework of the language can run, while this one runs theirs: a single such file decides.</param>
/// <param name="Report">Format of the report (<see cref="Reports.ReportParsers"/>).</param>
/// <param name="Command">With placeholders such as <c>{report}</c>; see <see cref="TestCommand"/>.</param>
/// <param name="Selection">How chosen tests are named to the framework: <c>list</c>, <c>ids</c> or <c>go-run</c>.</param>
/// <param name="Modes">What is added for <c>select</c>, <c>shuffle</c>, <c>fail_fast</c>, <c>test_limit</c>, <c>reach</c>, <c>behaviour</c>, <c>witness</c>, <c>warm</c>; a mode that is absent is not supported.</param>
public sealed record TestFramework(
    string Name,
    IReadOnlyList<string> DetectFiles,
    IReadOnlyDictionary<string, Regex> DetectText,
    Regex? DetectTests,
    Regex? Needed,
    string Report,
    IReadOnlyList<string> Command,
    string Selection,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, FrameworkMode> Modes,
    SentinelTemplate? Sentinel,
    FailingRule? Failing);

/// <param name="Command">Replaces the command where not empty.</param>
/// <param name="LoadsAnew">Of a warm process: it loads the code anew for each bug, so that it bears one in what runs while code is loaded or in what tests share.</param>
/// <param name="Switches">Of a warm process: it tries many bugs in one worker, each behind its switch (<see cref="SchemataRule"/>).</param>
/// <param name="Alone">Of the run that measures reach: each test has a process of its own, so that what it reaches does not depend on those before it.</param>
public sealed record FrameworkMode(IReadOnlyList<string> Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, bool LoadsAnew, bool Switches, bool Alone);

/// <summary>A test file of our own for grading: one test in it must fail and one must pass.</summary>
/// <param name="EachPackage">One file beside the tests of each package, else one for the suite.</param>
/// <param name="Folder">Of the project, where files of tests are found whatever its other tests are; null: beside these.</param>
/// <param name="Names">File names with <c>{nonce}</c>; the one that looks most like a test file beside it is taken.</param>
public sealed record SentinelTemplate(bool EachPackage, string? Folder, IReadOnlyList<string> Names, string Content);

/// <summary>How a test is made to fail by its own text, to see whether it is then reported as failed.</summary>
/// <param name="Function">Finds the function's <c>name</c> in a test id.</param>
/// <param name="Declaration">Finds the head of a function and its <c>name</c> in a test file.</param>
/// <param name="Replacement">What is put in the place of the head: the head and a first statement that fails; with <c>$0</c> and <c>${group}</c>; <c>{a}</c> and <c>{b}</c> are two different numbers, <c>{guards}</c> one <paramref name="Guard"/> after the other.</param>
/// <param name="Guard">Tries <c>{form}</c>, an assertion that the file uses, on values that it must refuse; the test passes where it holds. Null where that cannot be told.</param>
public sealed record FailingRule(Regex Function, Regex Declaration, string Replacement, string? Guard);
