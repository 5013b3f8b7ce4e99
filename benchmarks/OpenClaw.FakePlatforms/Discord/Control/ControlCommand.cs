using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Gateway;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;

namespace OpenClaw.FakePlatforms.Discord.Control;

/// <summary>One thing that a developer or a script does.</summary>
internal sealed class ControlCommand(FakeDiscord discord, ControlBody body)
{
    /// <summary>A channel by its id, or <c>direct</c>: the person's direct conversation with the first bot; <c>direct:ID</c> with another.</summary>
    public static DiscordChannel ChannelOf(FakeDiscord discord, string channel, string? person)
    {
        if (!channel.StartsWith("direct", StringComparison.Ordinal))
            return discord.World.Channel(ControlBody.IdOf(channel, "channel")) ?? throw new KeyNotFoundException($"There is no channel {channel}.");
        var bot = channel is "direct" ? discord.Bot : discord.World.Bots.FirstOrDefault(b => "direct:" + b.Id == channel) ?? throw new KeyNotFoundException($"There is no bot {channel}.");
        return PersonOf(discord, person).Direct(bot);
    }

    public JsonNode AddPerson()
    {
        var person = discord.AddUser(body.Need("name"), body.Flag("bot"));
        discord.World.Changes.Raise();
        return new JsonObject { ["id"] = person.Id, ["name"] = person.Name };
    }

    public JsonNode AddGuild()
    {
        var guild = discord.AddGuild(body.Need("name"), [.. discord.World.Bots]);
        guild.PadTo = (int)(body.Number("bytes") ?? 0);
        return new JsonObject { ["id"] = guild.Id, ["name"] = guild.Name, ["channel"] = guild.Channels[0].Id };
    }

    public JsonNode AddChannel()
    {
        var guild = discord.World.Guild(body.Id("guild")) ?? throw new KeyNotFoundException("There is no such guild.");
        return Shown(guild.AddChannel(body.Need("name"), Enum.Parse<ChannelKind>(body.Text("kind") ?? "Text", ignoreCase: true)));
    }

    /// <summary>A thread of a channel, or a post of a forum with its first message.</summary>
    public async Task<JsonNode> StartThreadAsync() =>
        Shown(Channel.Kind is ChannelKind.Forum
            ? await Person.PostsAsync(Channel, body.Need("name"), body.Need("text"))
            : await Person.StartsThreadAsync(Channel, body.Need("name"), body.Text("message") is null ? null : Message));

    public async Task<JsonNode> SayAsync()
    {
        var message = body.Text("replyTo") is { } id
            ? await Person.RepliesAsync(Find(ControlBody.IdOf(id, "replyTo")), body.Need("text"))
            : await Person.SaysAsync(Channel, body.Files.Count > 0 ? body.Text("text") ?? "" : body.Need("text"), [.. body.Files]);
        return new JsonObject { ["id"] = message.Id, ["channel"] = message.Channel.Id };
    }

    public async Task<JsonNode> EditAsync()
    {
        await Person.EditsAsync(Message, body.Need("text"));
        return true;
    }

    public async Task<JsonNode> DeleteAsync()
    {
        await Person.DeletesAsync(Message);
        return true;
    }

    public async Task<JsonNode> ReactAsync()
    {
        await Person.ReactsAsync(Message, body.Need("emoji"));
        return true;
    }

    public async Task<JsonNode> TypeAsync()
    {
        await Person.TypesAsync(Channel);
        return true;
    }

    public async Task<JsonNode> PressAsync() => Shown(await Person.PressAsync(Message, body.Need("button")));

    public async Task<JsonNode> SelectAsync() =>
        Shown(await Person.SelectsAsync(Message, [.. (body.Json("values") as JsonArray ?? [body.Need("values")]).Select(v => (string)v!)]));

    /// <summary>A slash command; its options as an object, or one as text of its first option.</summary>
    public async Task<JsonNode> RunAsync()
    {
        var name = body.Need("name").TrimStart('/');
        var options = body.Json("options") switch
        {
            JsonObject named => named.Select(o => (o.Key, o.Value!)).ToArray(),
            _ when body.Text("options") is { } text => [(FirstOption(name), (JsonNode)text)],
            _ => [],
        };
        return Shown(await Person.RunsCommandAsync(Channel, name, options));
    }

    /// <summary>Which rights the bot does not have in the channel; an empty list gives them back.</summary>
    public JsonNode SetPermissions()
    {
        var denied = (body.Json("deny") as JsonArray ?? []).Aggregate(Permissions.None, (all, one) => all | Enum.Parse<Permissions>((string)one!, ignoreCase: true));
        discord.World.ChangeChannel(Channel, c =>
        {
            if (denied is Permissions.None) c.Allow(discord.Bot);
            else c.Deny(discord.Bot, denied);
        });
        return true;
    }

    /// <summary>Whether the application may ask for the content of messages.</summary>
    public JsonNode SetIntents()
    {
        discord.Bot.Privileged = body.Flag("messageContent") ? discord.Bot.Privileged | Intents.MessageContent : discord.Bot.Privileged & ~Intents.MessageContent;
        discord.World.Changes.Raise();
        return true;
    }

    public JsonNode ResetToken() => new JsonObject { ["token"] = discord.Bot.ResetToken() };

    public JsonNode Dispatch()
    {
        discord.Gateway.Dispatch(body.Need("type"), body.Json("data") is JsonValue text ? text.ToString() : WireJson.Write(body.Json("data")));
        return true;
    }

    public JsonNode Disturb()
    {
        var gateway = discord.Gateway;
        switch (body.Need("do"))
        {
            case "drop": gateway.DropAll(); break;
            case "close": gateway.CloseAll((int)(body.Number("code") ?? CloseCodes.UnknownError)); break;
            case "reconnect": gateway.RequestReconnect(); break;
            case "invalidate": gateway.Invalidate(body.Flag("resumable")); break;
            case "forget": gateway.ForgetSessions(); break;
            case "heartbeat": gateway.RequestHeartbeats(); break;
            case "stop-acks": gateway.StopAcks(); break;
            case "start-acks": gateway.StartAcks(); break;
            case "freeze": gateway.Freeze(); break;
            case "thaw": gateway.Thaw(); break;
            case "duplicate": gateway.DuplicateNext((int)(body.Number("count") ?? 1)); break;
            case "swap": gateway.SwapNext(); break;
            case "lose": gateway.LoseNext((int)(body.Number("count") ?? 1)); break;
            default: throw new FormatException("do must be drop, close, reconnect, invalidate, forget, heartbeat, stop-acks, start-acks, freeze, thaw, duplicate, swap or lose");
        }

        return true;
    }

    public JsonNode PlanFault()
    {
        var seconds = body.Number("seconds") ?? 1;
        var fault = body.Need("kind") switch
        {
            "limit" => RestFault.TooManyRequests(seconds, body.Text("scope") ?? "user", !body.Flag("bare")),
            "html" => RestFault.HtmlPage((int)(body.Number("status") ?? 502)),
            "error" => RestFault.Error((int)(body.Number("status") ?? 403), (int)(body.Number("code") ?? 50013), body.Text("text") ?? "Missing Permissions"),
            "unauthorized" => RestFault.Unauthorized,
            "reset" => RestFault.Reset,
            "hang" => RestFault.Hang,
            "half" => RestFault.HalfAnswer,
            "lost" => RestFault.LostAnswer,
            "delay" => RestFault.Delay(TimeSpan.FromSeconds(seconds)),
            _ => throw new FormatException("kind must be limit, html, error, unauthorized, reset, hang, half, lost or delay"),
        };
        var times = (int)(body.Number("times") ?? 1);
        discord.Faults.Next(body.Text("route") ?? "*", fault, times == 0 ? int.MaxValue : times);
        return true;
    }

    private DiscordUser Person => PersonOf(discord, body.Text("person"));

    private DiscordChannel Channel => ChannelOf(discord, body.Need("channel"), body.Text("person"));

    private DiscordMessage Message => Find(body.Id("message"));

    private static DiscordUser PersonOf(FakeDiscord discord, string? id) =>
        id is null
            ? discord.World.Users.First(u => !u.IsBot)
            : discord.World.User(ControlBody.IdOf(id, "person")) ?? throw new KeyNotFoundException($"There is no person {id}.");

    private static JsonObject Shown(DiscordChannel channel) => new() { ["id"] = channel.Id, ["name"] = channel.Name };

    private static JsonObject Shown(DiscordInteraction interaction) => new() { ["id"] = interaction.Id };

    private DiscordMessage Find(ulong id)
    {
        lock (discord.World.Gate) return Channel.Find(id) ?? throw new KeyNotFoundException($"There is no message {id} in this channel.");
    }

    private string FirstOption(string command) =>
        (string?)discord.Bot.Commands.FirstOrDefault(c => (string?)c!["name"] == command)?["options"]?[0]?["name"]
        ?? throw new FormatException($"/{command} takes no options");
}
