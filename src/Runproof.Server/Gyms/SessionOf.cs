using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Sessions;

namespace Runproof.Server.Gyms;

/// <summary>Which session a request is about: as its body says, its header, its address, its cookie.</summary>
internal static class SessionOf
{
    public const string Header = "X-Session-Id", Cookie = "runproof_session", Field = "session_id";
    private const int LongestId = 255;

    public static string? Id(HttpContext context, JsonObject? body = null)
    {
        if (body?[Field] is { } given) return Checked(given.GetValueKind() == JsonValueKind.String ? given.GetValue<string>() : throw new InputException($"'{Field}' must be a string"));
        if (context.Request.Headers[Header].ToString() is { Length: > 0 } header) return Checked(header);
        if (context.Request.Query[Field].ToString() is { Length: > 0 } query) return Checked(query);
        return context.Request.Cookies[Cookie] is { Length: > 0 } cookie ? Checked(cookie) : null;
    }

    /// <summary>One that is there, or a new one of that name.</summary>
    public static EnvironmentSession FindOrOpen(SessionTable sessions, HttpContext context, JsonObject body)
    {
        var id = Id(context, body);
        var session = id is null ? sessions.Open() : sessions.Find(id) ?? sessions.Open(id);
        sessions.Forget(session.Id);
        context.Response.Headers[Header] = session.Id;
        context.Response.Cookies.Append(Cookie, session.Id, new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
        return session;
    }

    /// <exception cref="InputException">The request names none.</exception>
    /// <exception cref="SessionGoneException">There is none of that name.</exception>
    public static EnvironmentSession Find(SessionTable sessions, HttpContext context, JsonObject? body)
    {
        var id = Id(context, body) ?? throw new InputException($"no session is named: reset begins one and names it ({Field}, header {Header}, or the cookie that comes with it)");
        return sessions.Find(id) ?? throw new SessionGoneException(sessions.Judged(id) is null ? $"no session '{id}': it was closed, or idle for too long" : $"the episode of session '{id}' is over: a reset begins another");
    }

    private static string Checked(string id) => id.Length <= LongestId && id.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_.:".Contains(letter, StringComparison.Ordinal))
        ? id : throw new InputException($"a session's id has at most {LongestId} letters, digits, dots, colons and dashes");
}
