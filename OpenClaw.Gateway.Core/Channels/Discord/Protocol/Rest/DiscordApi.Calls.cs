using System.Globalization;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>The calls that the gateway makes.</summary>
internal sealed partial class DiscordApi
{
    /// <summary>The bot's own user.</summary>
    public ValueTask<JsonElement> GetMeAsync(CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, "users/@me", "users/@me", ""), "reading the bot's own account", cancellationToken);

    /// <summary>The application that the bot belongs to.</summary>
    public ValueTask<JsonElement> GetApplicationAsync(CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, "applications/@me", "applications/@me", ""), "reading the application", cancellationToken);

    /// <summary>The gateway's address, the shards it recommends, and what is left of the session starts.</summary>
    public ValueTask<JsonElement> GetGatewayAsync(CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, "gateway/bot", "gateway/bot", ""), "asking for the gateway's address", cancellationToken);

    /// <summary>Servers that the bot is in, with its permissions there.</summary>
    public ValueTask<JsonElement> GetGuildsAsync(CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, "users/@me/guilds", "users/@me/guilds?limit=200", ""), "listing the bot's servers", cancellationToken);

    /// <summary>A guild's roles.</summary>
    public ValueTask<JsonElement> GetRolesAsync(ulong guild, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, "guilds/{guild}/roles", $"guilds/{guild}/roles", Snowflake.Text(guild)), "reading a server's roles", cancellationToken);

    /// <summary>A channel, thread or DM.</summary>
    public ValueTask<JsonElement> GetChannelAsync(ulong channel, CancellationToken cancellationToken) =>
        SendAsync(OfChannel(HttpMethod.Get, channel, ""), "reading a channel", cancellationToken);

    /// <summary>A channel's messages: the oldest after an id, or the newest.</summary>
    public ValueTask<JsonElement> GetMessagesAsync(ulong channel, ulong? after, int limit, CancellationToken cancellationToken) => SendAsync(
        OfChannel(HttpMethod.Get, channel, "/messages", string.Create(CultureInfo.InvariantCulture, $"?limit={limit}") + (after is { } id ? $"&after={id}" : "")),
        "reading a channel's messages", cancellationToken);

    /// <summary>Sends a message.</summary>
    public ValueTask<JsonElement> CreateMessageAsync(ulong channel, object body, IReadOnlyList<DiscordFile> files, CancellationToken cancellationToken) =>
        SendAsync(Message(channel) with { Body = body, Files = files }, "sending a message", cancellationToken);

    /// <summary>Changes a message of the bot's.</summary>
    public ValueTask<JsonElement> EditMessageAsync(ulong channel, ulong message, object body, IReadOnlyList<DiscordFile> files, CancellationToken cancellationToken) =>
        SendAsync(Edit(channel, message) with { Body = body, Files = files }, "editing a message", cancellationToken);

    /// <summary>Deletes a message of the bot's.</summary>
    public ValueTask<JsonElement> DeleteMessageAsync(ulong channel, ulong message, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Delete, "channels/{channel}/messages/{message}", $"channels/{channel}/messages/{message}", Snowflake.Text(channel)), "deleting a message", cancellationToken);

    /// <summary>Shows for ten seconds that the bot writes.</summary>
    public ValueTask<JsonElement> TypeAsync(ulong channel, CancellationToken cancellationToken) =>
        SendAsync(Typing(channel), "showing that the bot writes", cancellationToken, TimeSpan.FromSeconds(1));

    /// <summary>The registered commands.</summary>
    public ValueTask<JsonElement> GetCommandsAsync(ulong application, CancellationToken cancellationToken) =>
        SendAsync(new(HttpMethod.Get, "applications/{application}/commands", $"applications/{application}/commands", Snowflake.Text(application)), "reading the registered commands", cancellationToken);

    /// <summary>Registers commands in place of all that are registered.</summary>
    public ValueTask<JsonElement> PutCommandsAsync(ulong application, JsonElement commands, CancellationToken cancellationToken) => SendAsync(
        new(HttpMethod.Put, "applications/{application}/commands", $"applications/{application}/commands", Snowflake.Text(application)) { Body = commands },
        "registering the commands", cancellationToken);

    /// <summary>Answers an interaction within three seconds.</summary>
    public ValueTask<JsonElement> CallbackAsync(ulong interaction, string interactionToken, object body, CancellationToken cancellationToken) => SendAsync(
        new(HttpMethod.Post, "interactions/{interaction}/{token}/callback", $"interactions/{interaction}/{Uri.EscapeDataString(interactionToken)}/callback", Snowflake.Text(interaction))
        { Body = body, IsFree = true, IsAnonymous = true },
        "answering an interaction", cancellationToken, TimeSpan.FromSeconds(2));

    /// <summary>Changes the first answer to an interaction, or a later one.</summary>
    public ValueTask<JsonElement> EditFollowUpAsync(ulong application, string interactionToken, ulong? message, object body, IReadOnlyList<DiscordFile> files, CancellationToken cancellationToken) =>
        SendAsync(OfWebhook(HttpMethod.Patch, application, interactionToken, message) with { Body = body, Files = files }, "answering an interaction", cancellationToken);

    /// <summary>Adds an answer to an interaction.</summary>
    public ValueTask<JsonElement> FollowUpAsync(ulong application, string interactionToken, object body, IReadOnlyList<DiscordFile> files, CancellationToken cancellationToken) => SendAsync(
        new(HttpMethod.Post, "webhooks/{application}/{token}", $"webhooks/{application}/{Uri.EscapeDataString(interactionToken)}?wait=true", interactionToken)
        { Body = body, Files = files, IsFree = true, IsAnonymous = true },
        "answering an interaction", cancellationToken);

    /// <summary>Deletes the first answer to an interaction, or a later one.</summary>
    public ValueTask<JsonElement> DeleteFollowUpAsync(ulong application, string interactionToken, ulong? message, CancellationToken cancellationToken) =>
        SendAsync(OfWebhook(HttpMethod.Delete, application, interactionToken, message), "deleting an answer to an interaction", cancellationToken);

    /// <summary>The call that sends a message there, for its rate limit.</summary>
    public static DiscordRequest Message(ulong channel) => OfChannel(HttpMethod.Post, channel, "/messages");

    /// <summary>The call that shows that the bot writes, for its rate limit.</summary>
    public static DiscordRequest Typing(ulong channel) => OfChannel(HttpMethod.Post, channel, "/typing");

    /// <summary>The call that edits a message there, for its rate limit.</summary>
    public static DiscordRequest Edit(ulong channel, ulong message) =>
        new(HttpMethod.Patch, "channels/{channel}/messages/{message}", $"channels/{channel}/messages/{message}", Snowflake.Text(channel));

    private static DiscordRequest OfChannel(HttpMethod method, ulong channel, string rest, string query = "") =>
        new(method, "channels/{channel}" + rest, $"channels/{channel}{rest}{query}", Snowflake.Text(channel));

    private static DiscordRequest OfWebhook(HttpMethod method, ulong application, string interactionToken, ulong? message) =>
        new(method, "webhooks/{application}/{token}/messages/{message}", $"webhooks/{application}/{Uri.EscapeDataString(interactionToken)}/messages/{(message is { } id ? Snowflake.Text(id) : "@original")}", interactionToken)
        { IsFree = true, IsAnonymous = true };
}
