using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rules;
using OpenClaw.FakePlatforms.Faults;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>
/// Takes a request through the platform's gates in its order: the proxy (agent, ban), the token, the limits, the shape of
/// the request, and then the route itself.
/// </summary>
internal sealed partial class RestApi(DiscordWorld world, RestLimits limits, RestFaults faults, RequestLedger ledger, FakeDiscordOptions options, IReadOnlyList<RestRoute> routes)
{
    public const string Prefix = "/api/v10";

    /// <summary>The last requests, newest last, for tests and the page.</summary>
    public Queue<RestExchange> Log { get; } = new();

    /// <summary>The parts of the User-Agent that the platform asks for.</summary>
    [GeneratedRegex(@"^DiscordBot \(\S+, \S+\)", RegexOptions.None, 1000)]
    private static partial Regex AgentPattern { get; }

    private static RestAnswer NotPlayed(string path) => RestAnswer.Error(501, 0, $"This fake does not play {path}.");

    public async Task HandleAsync(HttpContext context)
    {
        var method = context.Request.Method;
        var path = context.Request.Path.Value![Prefix.Length..];
        var segments = path.Split('/');
        var (route, values) = routes.Select(r => (Route: r, Values: r.Method == method ? r.Match(segments) : null)).FirstOrDefault(r => r.Values is not null);
        var name = $"{method} {route?.Template ?? ApiDescription.Current?.TemplateOf(path) ?? "(unknown)"}";
        ledger.Count(name);
        var fault = faults.Take(method, path);
        if (await FailAsync(context, fault)) return;
        if (!AgentPattern.IsMatch(context.Request.Headers.UserAgent.ToString()))
        {
            ledger.Violate(name, "a User-Agent that is not DiscordBot ($url, $versionNumber)");
            await BlockAsync(context, 403, "error code: 1010");
            return;
        }

        if (limits.IsBanned)
        {
            await BlockAsync(context, 429, "error code: 1015");
            return;
        }

        var bot = BotOf(context);
        var answer = fault?.Said;
        if (answer is not null) WriteFault(context, fault!);
        answer ??= (route is null || route.NeedsBot) && bot is null ? Refusals.Unauthorized : Limit(context, route, new() { Method = method, Path = path, Query = context.Request.Query, Route = values ?? [], Caller = bot });
        var (call, unreadable) = answer is null ? await ReadAsync(context, method, path, values ?? [], bot) : (null, null);
        answer ??= unreadable ?? Handle(route, call!);
        if (answer.Broken is { } broken) ledger.Violate(name, broken);
        if (answer.Status is 401 or 403 or 429 && context.Response.Headers["X-RateLimit-Scope"] != "shared") limits.CountInvalid();
        lock (world.Gate)
        {
            Log.Enqueue(new(method, path, answer.Status, call?.Body, world.Time.GetUtcNow()));
            if (Log.Count > options.LoggedRequests) Log.Dequeue();
        }

        world.Changes.Raise();
        await WriteAsync(context, answer, fault);
    }

    private static void WriteFault(HttpContext context, RestFault fault)
    {
        if (fault.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = Math.Ceiling(seconds).ToString(CultureInfo.InvariantCulture);
        if (fault.Scope is not { } scope) return;
        context.Response.Headers["X-RateLimit-Scope"] = scope;
        if (scope == "global") context.Response.Headers["X-RateLimit-Global"] = "true";
    }

    private static async Task WriteAsync(HttpContext context, RestAnswer answer, RestFault? fault)
    {
        switch (fault?.Kind)
        {
            case RestFaultKind.LostAnswer:
                context.Abort();
                return;
            case RestFaultKind.HalfAnswer:
                await Spoiled.HalfAsync(context, answer.Status, WireJson.Write(answer.Body));
                return;
        }

        context.Response.StatusCode = answer.Status;
        if (answer.Body is null) return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(WireJson.Write(answer.Body), context.RequestAborted);
    }

    /// <summary>The proxy's page, which has no JSON.</summary>
    private static Task BlockAsync(HttpContext context, int status, string words)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=UTF-8";
        context.Response.Headers.Server = "cloudflare";
        return context.Response.WriteAsync($"<!DOCTYPE html>\n<html><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head><body><h1>{words}</h1></body></html>\n");
    }

    private async Task<bool> FailAsync(HttpContext context, RestFault? fault)
    {
        switch (fault?.Kind)
        {
            case RestFaultKind.HtmlPage when fault.Status == 429:
                await BlockAsync(context, 429, "error code: 1015");
                return true;
            case RestFaultKind.HtmlPage:
                await Spoiled.HtmlPageAsync(context, fault.Status);
                return true;
            case RestFaultKind.Reset:
                context.Abort();
                return true;
            case RestFaultKind.Hang:
                await Spoiled.HangAsync(context);
                return true;
            case RestFaultKind.Delay:
                await Task.Delay(fault.Wait, world.Time, context.RequestAborted);
                return false;
            default:
                return false;
        }
    }

    private DiscordBot? BotOf(HttpContext context)
    {
        var text = context.Request.Headers.Authorization.ToString();
        if (!text.StartsWith("Bot ", StringComparison.Ordinal)) return null;
        lock (world.Gate) return world.BotOf(text[4..]);
    }

    /// <summary>Counts the request; an answer: there were too many.</summary>
    private RestAnswer? Limit(HttpContext context, RestRoute? route, RestCall call)
    {
        if (route is null) return null;
        var headers = context.Response.Headers;
        if (route.IsGlobal && call.Caller is { } bot && limits.TakeGlobal(bot) is { } over)
        {
            headers.RetryAfter = Math.Ceiling(over.RetryAfter).ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Global"] = "true";
            headers["X-RateLimit-Scope"] = "global";
            return over.Answer;
        }

        BucketRule? special;
        lock (world.Gate) special = route.Special?.Invoke(call);
        if ((special ?? route.Rule) is not { } rule) return null;
        var state = limits.TakeBucket(rule, RestRoute.Resource(call.Route), call.Caller);
        state.Write(headers);
        if (state.Refusal is null) return null;
        headers.RetryAfter = Math.Ceiling(state.ResetAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Scope"] = "user";
        return state.Refusal;
    }

    private RestAnswer Handle(RestRoute? route, RestCall call)
    {
        if (route is null)
        {
            var template = ApiDescription.Current?.TemplateOf(call.Path);
            if (template is null) return Refusals.NotFound with { Broken = $"the unknown path {call.Path}" };
            return ApiDescription.Current!.Has(template, call.Method)
                ? NotPlayed($"{call.Method} {template}")
                : RestAnswer.Error(405, 0, "405: Method Not Allowed") with { Broken = $"{call.Method} on {template}" };
        }

        FormErrors errors = new();
        if (ApiDescription.Current is { } description)
        {
            description.CheckParameters(route.Template, route.Method, call.Route, call.Query, errors);
            description.CheckBody(route.Template, route.Method, call.Body, call.IsMultipart, errors);
        }

        if (errors.Any) return RestAnswer.Invalid(errors);
        try
        {
            lock (world.Gate) return route.Handle(call);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or JsonException)
        {
            // without a description to check against, a field of a wrong type is found only here
            return RestAnswer.Invalid("", "BASE_TYPE_BAD_TYPE", e.Message);
        }
    }

    private async Task<(RestCall? Call, RestAnswer? Unreadable)> ReadAsync(HttpContext context, string method, string path, Dictionary<string, string> route, DiscordBot? bot)
    {
        RestCall call = new() { Method = method, Path = path, Query = context.Request.Query, Route = route, Caller = bot };
        if (context.Request.HasFormContentType) return await ReadFormAsync(context, call);
        using MemoryStream bytes = new();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        if (bytes.Length == 0) return (call, null);
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return (null, RestAnswer.Invalid("_errors", "CONTENT_TYPE_INVALID", "Expected \"Content-Type\" header to be one of {'application/json'}."));
        return Parse(bytes.ToArray()) is { } body ? (call with { Body = body }, null) : (null, Refusals.InvalidJson);
    }

    private async Task<(RestCall? Call, RestAnswer? Unreadable)> ReadFormAsync(HttpContext context, RestCall call)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        Dictionary<string, DiscordFile> files = new(StringComparer.Ordinal);
        foreach (var part in form.Files)
        {
            if (part.Length > options.LargestFile) return (null, Refusals.TooLarge);
            if (!FilePattern.IsMatch(part.Name)) return (null, RestAnswer.Invalid(part.Name, "UNKNOWN_FIELD", "Files are files[0] to files[9]"));
            using MemoryStream bytes = new();
            await part.CopyToAsync(bytes, context.RequestAborted);
            files[part.Name] = new(part.FileName, part.ContentType ?? "application/octet-stream", bytes.ToArray());
        }

        if (form.Keys.FirstOrDefault(k => k != "payload_json") is { } other) return (null, RestAnswer.Invalid(other, "UNKNOWN_FIELD", "A form has payload_json and files"));
        if (!form.TryGetValue("payload_json", out var json)) return (call with { IsMultipart = true, Files = files, Body = Parse("{}"u8.ToArray()) }, null);
        return Parse(System.Text.Encoding.UTF8.GetBytes(json.ToString())) is { } body ? (call with { IsMultipart = true, Files = files, Body = body }, null) : (null, Refusals.InvalidJson);
    }

    [GeneratedRegex(@"^files\[[0-9]\]$", RegexOptions.None, 1000)]
    private static partial Regex FilePattern { get; }

    private static JsonElement? Parse(byte[] json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
