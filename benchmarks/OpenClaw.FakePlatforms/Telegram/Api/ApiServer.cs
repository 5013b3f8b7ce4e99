using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Serving;
using OpenClaw.FakePlatforms.Telegram.Rules;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>Answers <c>/bot&lt;token&gt;/&lt;method&gt;</c>: counts, checks, plays the planned faults, and hands the call to its method.</summary>
internal sealed class ApiServer(FakeWorld world, ApiMethods methods, Description? description, RateRules? rates, RequestLedger ledger, FaultPlan faults, Watch<ApiCall> calls)
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task HandleAsync(HttpContext context, string token, string name)
    {
        var method = methods.NameOf(name) ?? description?.NameOf(name) ?? name;
        ledger.Count(method);
        var fault = faults.Take(method);
        if (fault?.Kind is FaultKind.Delay) await Task.Delay(fault.Wait, world.Time, context.RequestAborted);
        ApiCall? call = null;
        JsonObject answer;
        try
        {
            call = await ReadAsync(context, token, method, fault);
            if (call is null)
            {
                await PlayAsync(context, fault!);
                return;
            }

            answer = Success(await AnswerAsync(call, fault));
        }
        catch (Refusal refusal)
        {
            if (refusal.IsViolation) ledger.Violate(method, refusal.Message);
            answer = Failure(refusal);
        }

        if (call is not null)
        {
            call.Answer = fault?.Kind is FaultKind.LostAnswer ? null : answer;
            calls.Changed(call);
        }

        await WriteAsync(context, answer, fault);
    }

    /// <summary>A download. Faults are planned for "file".</summary>
    public async Task HandleFileAsync(HttpContext context, string token, string path)
    {
        ledger.Count("file");
        var fault = faults.Take("file");
        if (fault?.Kind is FaultKind.Delay) await Task.Delay(fault.Wait, world.Time, context.RequestAborted);
        if (fault?.Kind is FaultKind.HtmlPage or FaultKind.Reset or FaultKind.LostAnswer or FaultKind.Hang)
        {
            await PlayAsync(context, fault);
            return;
        }

        var refusal = fault?.Kind is FaultKind.Error ? ErrorOf(fault) : world.BotOf(token) is not { IsRevoked: false } ? Refusal.Unauthorized : null;
        if (refusal is not null || world.FileAt(path) is not { } file)
        {
            await WriteAsync(context, Failure(refusal ?? Refusal.NotFound), null);
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = file.Content.Length;
        var isHalf = fault?.Kind is FaultKind.HalfAnswer;
        await context.Response.Body.WriteAsync(file.Content.AsMemory(0, isHalf ? file.Content.Length / 2 : file.Content.Length), context.RequestAborted);
        if (!isHalf) return;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    /// <summary>The call; null when the fault leaves nothing to answer.</summary>
    private async Task<ApiCall?> ReadAsync(HttpContext context, string token, string method, Fault? fault)
    {
        var fields = await RequestReader.ReadAsync(context);
        var bot = world.BotOf(token) ?? throw (IsToken(token) ? Refusal.Unauthorized : Refusal.NotFound);
        ApiCall call = new(bot, method, fields, world.Time.GetUtcNow(), context.RequestAborted);
        calls.Add(call);
        if (bot.IsRevoked) throw Refusal.Unauthorized;
        if (methods.NameOf(method) is null && description?.NameOf(method) is null) throw new Refusal(404, "Not Found: method not found", isViolation: true);
        description?.Check(method, fields);
        return fault?.Kind is FaultKind.HtmlPage or FaultKind.Reset or FaultKind.Hang ? null : call;
    }

    private async Task<JsonNode> AnswerAsync(ApiCall call, Fault? fault)
    {
        if (fault?.Kind is FaultKind.Error) throw ErrorOf(fault);
        rates?.Demand(call);
        return await methods.RunAsync(call);
    }

    private static Refusal ErrorOf(Fault fault)
    {
        if (fault is { Status: 429, RetryAfter: { } wait, Text: null }) return Refusal.TooMany((int)Math.Ceiling(wait));
        return new(fault.Status, fault.Text ?? Refusal.UsualWords(fault.Status), fault.RetryAfter is { } seconds ? new() { ["retry_after"] = (int)Math.Ceiling(seconds) } : null);
    }

    private static async Task PlayAsync(HttpContext context, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.HtmlPage:
                await Spoiled.HtmlPageAsync(context, fault.Status);
                break;
            case FaultKind.Hang:
                await Spoiled.HangAsync(context);
                break;
            default:
                context.Abort();
                break;
        }
    }

    private static Task WriteAsync(HttpContext context, JsonObject answer, Fault? fault)
    {
        var status = (int?)answer["error_code"] ?? 200;
        var json = answer.ToJsonString(Written);
        switch (fault?.Kind)
        {
            case FaultKind.InvalidJson:
                return Spoiled.InvalidJsonAsync(context);
            case FaultKind.HalfAnswer:
                return Spoiled.HalfAsync(context, status, json);
            case FaultKind.LostAnswer:
                context.Abort();
                return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (answer["parameters"]?["retry_after"] is { } wait) context.Response.Headers.RetryAfter = wait.ToString();
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static JsonObject Success(JsonNode result) => new() { ["ok"] = true, ["result"] = result };

    private static JsonObject Failure(Refusal refusal)
    {
        JsonObject answer = new() { ["ok"] = false, ["error_code"] = refusal.Code, ["description"] = refusal.Message };
        if (refusal.Parameters is { } parameters) answer["parameters"] = parameters;
        return answer;
    }

    private static bool IsToken(string token) =>
        token.Split(':') is [{ Length: > 0 } id, { Length: > 0 }] && id.All(char.IsAsciiDigit);
}
