using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Runproof.Server;

/// <summary>
/// Who may ask. With a token: who has it (<c>Authorization: Bearer</c>, <c>x-api-key</c>, or <c>?token=</c> for WebSockets, whose clients cannot always set headers). Without one: programs of this machine, but no page in a
/// browser, which reaches addresses of this machine too.
/// </summary>
internal sealed class Access(string? token)
{
    private readonly byte[]? _token = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == "/health" || Problem(context.Request) is not { } problem)
        {
            await next(context);
            return;
        }

        if (_token is not null) context.Response.Headers.WWWAuthenticate = "Bearer";
        await Answers.WriteAsync(context, new JsonObject { ["detail"] = problem, ["error"] = new JsonObject { ["message"] = problem, ["type"] = "authentication_error", ["code"] = "UNAUTHORIZED" } }, _token is null ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized);
    }

    private string? Problem(HttpRequest request)
    {
        if (_token is not null) return Offered(request).Any(one => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)), _token)) ? null : "a token is needed: Authorization: Bearer TOKEN";
        if (!IsHere(request.Host.Host)) return $"the host '{request.Host.Host}' is not served";
        return request.Headers.Origin.ToString() is { Length: > 0 } origin && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsHere(from.Host)) ? $"pages of '{origin}' are not served" : null;
    }

    private static IEnumerable<string> Offered(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        if (request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) yield return header[Bearer.Length..].Trim();
        if (request.Headers["x-api-key"].ToString() is { Length: > 0 } key) yield return key;
        if (request.Query["token"].ToString() is { Length: > 0 } query) yield return query;
    }

    private static bool IsHere(string host) => host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
