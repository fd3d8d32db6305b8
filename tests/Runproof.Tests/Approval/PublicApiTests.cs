using PublicApiGenerator;
using Runproof.Catalogue;

namespace Runproof.Tests.Approval;

/// <summary>The public surface of the library changes only on purpose.</summary>
public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        var api = typeof(Workspace).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false });
        api.ShouldMatchApproved(options => options.WithFilenameGenerator((_, _, type, extension) => $"Runproof.{type}.{extension}").WithFileExtension("txt"));
    }
}
