// Compiled into assemblies of xUnit v3 tests while reach is measured.
#nullable disable
#pragma warning disable
[assembly: RunproofXunit3Hooks]

internal sealed class RunproofXunit3HooksAttribute : Xunit.v3.BeforeAfterTestAttribute
{
    public override void Before(System.Reflection.MethodInfo methodUnderTest, Xunit.v3.IXunitTest test) => ProbeHits.Write(null);

    public override void After(System.Reflection.MethodInfo methodUnderTest, Xunit.v3.IXunitTest test) =>
        ProbeHits.Write(TestIds.Of(methodUnderTest.ReflectedType.FullName, test.TestDisplayName));
}
