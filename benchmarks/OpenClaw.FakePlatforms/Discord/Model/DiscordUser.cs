using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Model;

/// <summary>A person, a webhook or a bot, and what they can do.</summary>
internal sealed class DiscordUser(DiscordWorld world, ulong number, string name)
{
    public ulong Number { get; } = number;

    public string Id => Snowflakes.Text(Number);

    public string Name { get; } = name;

    public bool IsBot { get; init; }

    public bool IsWebhook { get; init; }

    /// <summary>False: a bot that writes to them gets 50007.</summary>
    public bool TakesDirectMessages { get; set; } = true;

    public string Mention => $"<@{Id}>";

    /// <summary>The direct conversation with a bot; with the first bot when none is named.</summary>
    public DiscordChannel Direct(DiscordBot? bot = null) => world.Direct(this, bot ?? world.Bots[0]);

    public Task<DiscordMessage> SaysAsync(DiscordChannel channel, string text, params DiscordFile[] files) =>
        Task.FromResult(world.Say(this, channel, text, replyTo: null, files));

    public Task<DiscordMessage> RepliesAsync(DiscordMessage to, string text) => Task.FromResult(world.Say(this, to.Channel, text, to, []));

    public Task EditsAsync(DiscordMessage message, string text)
    {
        world.Edit(message, text);
        return Task.CompletedTask;
    }

    public Task DeletesAsync(DiscordMessage message)
    {
        world.Delete(message);
        return Task.CompletedTask;
    }

    public Task TypesAsync(DiscordChannel channel)
    {
        world.Type(this, channel);
        return Task.CompletedTask;
    }

    public Task ReactsAsync(DiscordMessage message, string emoji)
    {
        world.React(this, message, emoji);
        return Task.CompletedTask;
    }

    /// <summary>Opens a thread; on a message, or in the channel.</summary>
    public Task<DiscordChannel> StartsThreadAsync(DiscordChannel channel, string name, DiscordMessage? on = null) =>
        Task.FromResult(world.StartThread(this, channel, name, on, ChannelKind.PublicThread));

    /// <summary>A new post of a forum, with its first message.</summary>
    public Task<DiscordChannel> PostsAsync(DiscordChannel forum, string title, string text)
    {
        var post = world.StartThread(this, forum, title, on: null, ChannelKind.PublicThread);
        world.Say(this, post, text, replyTo: null, [], post.Number);
        return Task.FromResult(post);
    }

    /// <summary>Presses a button.</summary>
    /// <param name="message">The bot's message.</param>
    /// <param name="button">Its label or custom id.</param>
    public Task<DiscordInteraction> PressAsync(DiscordMessage message, string button) => Task.FromResult(world.Press(this, message, button));

    /// <summary>Presses a button that the message has no more, as an app does that still shows the old one.</summary>
    public Task<DiscordInteraction> PressOldAsync(DiscordMessage message, string customId) => Task.FromResult(world.PressOld(this, message, customId));

    /// <summary>Chooses values of the message's only select.</summary>
    public Task<DiscordInteraction> SelectsAsync(DiscordMessage message, params string[] values) => Task.FromResult(world.Select(this, message, values));

    /// <summary>Types a slash command, which must be registered.</summary>
    public Task<DiscordInteraction> RunsCommandAsync(DiscordChannel channel, string command, params (string Name, JsonNode Value)[] options) =>
        Task.FromResult(world.RunCommand(this, channel, command, options));

    public override string ToString() => Name;
}
