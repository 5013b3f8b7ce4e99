using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;

namespace OpenClaw.FakePlatforms.Discord.Control;

/// <summary>
/// The page for developers at <c>/</c> and what it and scripts ask for under <c>/control/</c>: plays people, places and faults
/// over HTTP. See docs/channels/fake-platforms.md.
/// </summary>
internal sealed class ControlApi(FakeDiscord discord)
{
    private static readonly Lazy<byte[]> Page = new(ReadPage);

    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/" => SendAsync(context, "text/html; charset=utf-8", Page.Value),
        "/control/events" => StreamChangesAsync(context),
        ['/', 'c', 'o', 'n', 't', 'r', 'o', 'l', '/', 'f', 'i', 'l', 'e', 's', '/', .. var id] => SendFileAsync(context, id),
        ['/', 'c', 'o', 'n', 't', 'r', 'o', 'l', '/', .. var what] => AnswerAsync(context, what),
        _ => SendAsync(context, "text/plain", "Nothing is here."u8.ToArray(), 404),
    };

    private static Task SendAsync(HttpContext context, string contentType, byte[] content, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static byte[] ReadPage()
    {
        using var stream = typeof(ControlApi).Assembly.GetManifestResourceStream("discord.html")!;
        var page = new byte[stream.Length];
        stream.ReadExactly(page);
        return page;
    }

    private static KeyNotFoundException Unknown(string what) => new($"There is no /control/{what}.");

    private async Task AnswerAsync(HttpContext context, string what)
    {
        try
        {
            var answer = HttpMethods.IsGet(context.Request.Method) ? Read(context.Request.Query, what) : await WriteAsync(context.Request, what);
            await SendAsync(context, "application/json", Encoding.UTF8.GetBytes(WireJson.Write(answer)));
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or KeyNotFoundException or FormatException or ArgumentException)
        {
            await SendAsync(context, "application/json", Encoding.UTF8.GetBytes(new JsonObject { ["error"] = e.Message }.ToJsonString()), 400);
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

    /// <summary>One event after every change; who listens reads anew what it shows.</summary>
    private async Task StreamChangesAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        while (true)
        {
            var next = discord.World.Changes.Next;
            await context.Response.WriteAsync("data: changed\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await next.WaitAsync(context.RequestAborted);
        }
    }

    private Task SendFileAsync(HttpContext context, string id)
    {
        DiscordAttachment? file;
        lock (discord.World.Gate) file = ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? discord.World.File(number) : null;
        if (file is null) return SendAsync(context, "text/plain", "There is no such file."u8.ToArray(), 404);
        // what somebody sent is saved, never run
        context.Response.Headers.ContentDisposition = "attachment";
        return SendAsync(context, "application/octet-stream", file.File.Bytes);
    }
}
