using System.Text;
using OpenClaw.Gateway.Core.Administration.Idempotency;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>
/// <c>Idempotency-Key</c> on POST: the first request is done, its answer remembered when it succeeded; the same request again gets that answer.
/// </summary>
internal sealed class IdempotencyFilter(IdempotencyStore store) : IEndpointFilter
{
    private const string Header = "Idempotency-Key";
    private const int MaxLength = 255;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var key = http.Request.Headers[Header].ToString();
        if (key.Length == 0 || !HttpMethods.IsPost(http.Request.Method)) return await next(context);
        if (key.Length > MaxLength) return ApiProblems.Invalid(Header, $"Must have at most {MaxLength} characters.");
        var body = await ApiBody.BytesAsync(http);
        var ticket = await store.BeginAsync(http.Tenant(), http.KeyId(), http.Request.Path + http.Request.QueryString, key, body, http.RequestAborted);
        return ticket.State switch
        {
            IdempotencyState.First => await RunAsync(context, next, ticket.Id),
            IdempotencyState.Done => Remembered(http, ticket),
            IdempotencyState.UnderWay => ApiProblems.Of(StatusCodes.Status409Conflict, "The first request with this Idempotency-Key is still under way."),
            _ => ApiProblems.Of(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used with another body."),
        };
    }

    /// <summary>Runs the call into memory. Once it is done its answer is kept even if the asker has gone: that is whom the key is for.</summary>
    private async Task<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Guid ticket)
    {
        var http = context.HttpContext;
        var completed = false;
        var wire = http.Response.Body;
        using var answer = new MemoryStream();
        try
        {
            var result = await next(context);
            http.Response.Body = answer;
            if (result is IResult answerable) await answerable.ExecuteAsync(http);
            if (http.Response.StatusCode is >= 200 and < 300)
            {
                var text = Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
                await store.CompleteAsync(http.Tenant(), ticket, http.Response.StatusCode, http.Response.Headers.Location, http.Response.Headers.ETag, text, CancellationToken.None);
                completed = true;
            }
        }
        finally
        {
            http.Response.Body = wire;
            if (!completed) await store.AbandonAsync(http.Tenant(), ticket, CancellationToken.None);
        }
        await wire.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), http.RequestAborted);
        return Results.Empty;
    }

    private static IResult Remembered(HttpContext http, IdempotencyTicket ticket)
    {
        if (ticket.Location is { } location) http.Response.Headers.Location = location;
        if (ticket.ETag is { } tag) http.Response.Headers.ETag = tag;
        return string.IsNullOrEmpty(ticket.Body) ? Results.StatusCode(ticket.Status) : Results.Text(ticket.Body, "application/json", Encoding.UTF8, ticket.Status);
    }
}
