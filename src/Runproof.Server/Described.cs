using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Runproof.Server;

/// <summary>Routes that stand in the OpenAPI document: it leaves those out that are mere request delegates.</summary>
internal static class Described
{
    public static RouteHandlerBuilder Get(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task> answer, string tag, string summary) => routes.MapGet(pattern, (Delegate)answer).WithTags(tag).WithSummary(summary);

    public static RouteHandlerBuilder Post(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task> answer, string tag, string summary) => routes.MapPost(pattern, (Delegate)answer).WithTags(tag).WithSummary(summary);

    public static RouteHandlerBuilder Delete(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task> answer, string tag, string summary) => routes.MapDelete(pattern, (Delegate)answer).WithTags(tag).WithSummary(summary);
}
