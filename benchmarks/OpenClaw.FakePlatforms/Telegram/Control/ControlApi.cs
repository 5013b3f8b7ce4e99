using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Serving;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Control;

/// <summary>
/// The page for developers at <c>/</c> and what it and scripts ask for under <c>/control/</c>: plays people, groups and faults
/// over HTTP. See docs/channels/fake-platforms.md.
/// </summary>
internal sealed class ControlApi(FakeTelegram telegram)
{
    private static readonly Lazy<byte[]> Page = new(() => ControlAnswers.ReadPage("telegram.html"));

    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/" => ControlAnswers.SendAsync(context, "text/html; charset=utf-8", Page.Value),
        "/control/events" => ControlAnswers.StreamChangesAsync(context, telegram.World.Changes),
        ['/', 'c', 'o', 'n', 't', 'r', 'o', 'l', '/', 'f', 'i', 'l', 'e', 's', '/', .. var id] => SendFileAsync(context, id),
        ['/', 'c', 'o', 'n', 't', 'r', 'o', 'l', '/', .. var what] => AnswerAsync(context, what),
        _ => Spoiled.HtmlPageAsync(context, 404),
    };

    private async Task AnswerAsync(HttpContext context, string what)
    {
        try
        {
            var answer = HttpMethods.IsGet(context.Request.Method) ? Read(context.Request.Query, what) : await WriteAsync(context.Request, what);
            await ControlAnswers.SendAsync(context, "application/json", Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or KeyNotFoundException or FormatException or ArgumentException)
        {
            await ControlAnswers.SendAsync(context, "application/json", Encoding.UTF8.GetBytes(new JsonObject { ["error"] = e.Message }.ToJsonString()), 400);
        }
    }

    private JsonNode Read(IQueryCollection query, string what) => what switch
    {
        "state" => ControlState.Of(telegram),
        "messages" => ControlState.MessagesOf(telegram, ControlCommand.ChatOf(telegram, Number(query, "bot"), Number(query, "chat") ?? throw new FormatException("chat is required"))),
        "calls" => ControlState.Calls(telegram, query["method"], (int)(Number(query, "last") ?? 50)),
        "violations" => new JsonArray([.. telegram.Violations.Select(v => new JsonObject { ["method"] = v.Method, ["text"] = v.Text })]),
        _ => throw Unknown(what),
    };

    private async Task<JsonNode> WriteAsync(HttpRequest request, string what)
    {
        if (what is "faults" && HttpMethods.IsDelete(request.Method))
        {
            telegram.Faults.Clear();
            return true;
        }

        ControlCommand command = new(telegram, await ControlBody.ReadAsync(request));
        return what switch
        {
            "people" => command.AddPerson(),
            "groups" => command.AddGroup(),
            "topics" => command.AddTopic(),
            "say" => await command.SayAsync(),
            "edit" => await command.EditAsync(),
            "press" => await command.PressAsync(),
            "membership" => command.SetMembership(),
            "upgrade" => command.Upgrade(),
            "privacy" => command.SetPrivacy(),
            "token" => command.Revoke(),
            "updates" => command.AddUpdate(),
            "faults" => command.PlanFault(),
            "drop" => telegram.DropConnections(),
            _ => throw Unknown(what),
        };
    }

    private Task SendFileAsync(HttpContext context, string id)
    {
        if (telegram.World.FileOf(id) is not { } file) return Spoiled.HtmlPageAsync(context, 404);
        // what somebody sent is shown as a picture or saved, never run
        context.Response.Headers.ContentDisposition = "attachment";
        return ControlAnswers.SendAsync(context, file.MimeType.StartsWith("image/", StringComparison.Ordinal) ? file.MimeType : "application/octet-stream", file.Content);
    }

    private static long? Number(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var text) ? long.Parse(text.ToString(), System.Globalization.CultureInfo.InvariantCulture) : null;

    private static KeyNotFoundException Unknown(string what) => new($"There is no /control/{what}.");
}
