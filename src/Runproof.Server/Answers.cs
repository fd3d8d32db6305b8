using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Runproof.Catalogue;
using Runproof.Rollouts.Sessions;
using Runproof.Sandboxes;
using Runproof.Server.Sessions;

namespace Runproof.Server;

/// <summary>JSON in and out of HTTP.</summary>
internal static class Answers
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 128 };

    /// <summary>The body as an object; an empty body is an empty one.</summary>
    /// <exception cref="InputException">It is no JSON object.</exception>
    public static async Task<JsonObject> BodyAsync(HttpContext context)
    {
        try
        {
            if (context.Request.ContentLength == 0) return [];
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
            return bytes.Length == 0 ? [] : JsonNode.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), documentOptions: Reading) as JsonObject ?? throw new InputException("the body must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new InputException($"the body is no JSON: {error.Message}", error);
        }
    }

    public static Task WriteAsync(HttpContext context, JsonNode answer, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString(Json.Compact), context.RequestAborted);
    }

    public static JsonObject Error(Exception error, out int status)
    {
        (status, var code) = error switch
        {
            InputException => (StatusCodes.Status422UnprocessableEntity, "VALIDATION_ERROR"),
            SessionBusyException => (StatusCodes.Status409Conflict, "SESSION_ERROR"),
            SessionGoneException => (StatusCodes.Status410Gone, "SESSION_ERROR"),
            CapacityException => (StatusCodes.Status503ServiceUnavailable, "CAPACITY_REACHED"),
            OperationCanceledException => (StatusCodes.Status503ServiceUnavailable, "SESSION_ERROR"),
            SandboxException or MachineException => (StatusCodes.Status503ServiceUnavailable, "FACTORY_ERROR"),
            Gateway.BackendException broken => (broken.Status, "BACKEND_ERROR"),
            BadHttpRequestException bad => (bad.StatusCode, "VALIDATION_ERROR"),
            _ => (StatusCodes.Status500InternalServerError, "EXECUTION_ERROR"),
        };
        var told = new JsonObject { ["message"] = error.Message.ReplaceLineEndings(" "), ["code"] = code };
        if (error is CapacityException full) (told["active_sessions"], told["max_sessions"]) = (full.Active, full.Most);
        return told;
    }

    /// <summary>Every way out of a route that is no answer.</summary>
    public static async Task GuardedAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var told = Error(error, out var status);
            if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "5";
            await WriteAsync(context, new JsonObject { ["detail"] = told["message"]!.DeepClone(), ["error"] = told }, status);
        }
    }
}
