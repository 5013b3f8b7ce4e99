using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Discord.Control;

/// <summary>
/// The page for developers at <c>/</c> and what it and scripts ask for under <c>/control/</c>: plays people, places and faults
/// over HTTP. See docs/channels/fake-platforms.md.
/// </summary>
internal sealed class ControlApi(FakeDiscord discord)
{
    private static readonly Lazy<byte[]> Page = new(() => ControlAnswers.ReadPage("discord.html"));

    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/" => ControlAnswers.SendAsync(context, "text/html; charset=utf-8", Page.Value),
        "/control/events" => ControlAnswers.StreamChangesAsync(context, discord.World.Changes),
        ['/', 'c', 'o', 'n', 't', 'r', 'o', 'l', '/', 'f', 'i', 'l', 'e', 's', '/', .. var id] => SendFileAsync(context, id),
        ['/', 'c', 'o', 'n', 't', 'r', 'o', 'l', '/', .. var what] => AnswerAsync(context, what),
        _ => ControlAnswers.SendAsync(context, "text/plain", "Nothing is here."u8.ToArray(), 404),
    };

    private static KeyNotFoundException Unknown(string what) => new($"There is no /control/{what}.");

    private async Task AnswerAsync(HttpContext context, string what)
    {
        try
        {
            var answer = HttpMethods.IsGet(context.Request.Method) ? Read(context.Request.Query, what) : await WriteAsync(context.Request, what);
            await ControlAnswers.SendAsync(context, "application/json", Encoding.UTF8.GetBytes(WireJson.Write(answer)));
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or KeyNotFoundException or FormatException or ArgumentException)
        {
            await ControlAnswers.SendAsync(context, "application/json", Encoding.UTF8.GetBytes(new JsonObject { ["error"] = e.Message }.ToJsonString()), 400);
        }
    }

    private JsonNode Read(IQueryCollection query, string what)
    {
        lock (discord.World.Gate)
        {
            return what switch
            {
                "state" => ControlState.Of(discord),
                "messages" => ControlState.MessagesOf(discord, ControlCommand.ChannelOf(discord, query["channel"].ToString(), query["person"])),
                "calls" => ControlState.Calls(discord, int.TryParse(query["last"], CultureInfo.InvariantCulture, out var last) ? last : 50),
                "violations" => new JsonArray([.. discord.Violations.Select(v => new JsonObject { ["method"] = v.Method, ["text"] = v.Text })]),
                _ => throw Unknown(what),
            };
        }
    }

    private async Task<JsonNode> WriteAsync(HttpRequest request, string what)
    {
        if (what is "faults" && HttpMethods.IsDelete(request.Method))
        {
            discord.Faults.Clear();
            return true;
        }

        ControlCommand command = new(discord, await ControlBody.ReadAsync(request));
        return what switch
        {
            "people" => command.AddPerson(),
            "guilds" => command.AddGuild(),
            "channels" => command.AddChannel(),
            "threads" => await command.StartThreadAsync(),
            "say" => await command.SayAsync(),
            "edit" => await command.EditAsync(),
            "delete" => await command.DeleteAsync(),
            "react" => await command.ReactAsync(),
            "typing" => await command.TypeAsync(),
            "press" => await command.PressAsync(),
            "select" => await command.SelectAsync(),
            "command" => await command.RunAsync(),
            "permissions" => command.SetPermissions(),
            "intents" => command.SetIntents(),
            "token" => command.ResetToken(),
            "dispatch" => command.Dispatch(),
            "gateway" => command.Disturb(),
            "faults" => command.PlanFault(),
            _ => throw Unknown(what),
        };
    }

    private Task SendFileAsync(HttpContext context, string id)
    {
        DiscordAttachment? file;
        lock (discord.World.Gate) file = ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? discord.World.File(number) : null;
        if (file is null) return ControlAnswers.SendAsync(context, "text/plain", "There is no such file."u8.ToArray(), 404);
        // what somebody sent is saved, never run
        context.Response.Headers.ContentDisposition = "attachment";
        return ControlAnswers.SendAsync(context, "application/octet-stream", file.File.Bytes);
    }
}
