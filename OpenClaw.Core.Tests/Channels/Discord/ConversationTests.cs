using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Discord;

public sealed class ConversationTests
{
    [Fact]
    public async Task DirectMessage_IsAnsweredInItsChannel()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "Hello **there**");

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content == "Hello **there**");
        Assert.Equal(ada.Direct(), answer.Channel);
        Assert.Null(answer.ReplyTo);
        Assert.Empty(host.Discord.Violations);
        var session = Assert.Single(await host.SessionsAsync());
        Assert.Equal((ada.Direct().Id, ada.Id, "ada"), (session.Conversation, session.UserId, session.UserName));
    }

    [Fact]
    public async Task GuildMessage_WithAMention_IsAnsweredWithAReference()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);

        var question = await ada.SaysAsync(general, $"{host.Discord.Bot.User.Mention} what time is it?");

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content == "what time is it?");
        Assert.Equal(general, answer.Channel);
        Assert.Equal(question, answer.ReplyTo);
        Assert.Empty(answer.Mentions);
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task GuildMessage_NotForTheBot_IsIgnored()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);

        await ada.SaysAsync(general, "to nobody");
        await ada.SaysAsync(general, $"{host.Discord.Bot.User.Mention} to you");

        await host.Discord.WaitForMessageAsync(m => m.Content == "to you");
        Assert.Equal(["to you"], (await host.FromPeopleAsync()).Select(m => m.Text));
    }

    [Fact]
    public async Task GuildMessage_ThatRepliesToTheBot_IsForTheBot()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);
        await ada.SaysAsync(general, $"{host.Discord.Bot.User.Mention} one");
        var first = await host.Discord.WaitForMessageAsync(m => m.Content == "one");

        await ada.RepliesAsync(first, "two");

        Assert.Equal(first.Channel, (await host.Discord.WaitForMessageAsync(m => m.Content == "two")).Channel);
    }

    [Fact]
    public async Task Thread_IsASessionOfItsOwnInItsParent()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);
        var thread = await ada.StartsThreadAsync(general, "Details");

        await ada.SaysAsync(thread, "in the thread");
        await ada.SaysAsync(general, "in the channel");

        Assert.Equal(thread, (await host.Discord.WaitForMessageAsync(m => m.Content == "in the thread")).Channel);
        Assert.Equal(general, (await host.Discord.WaitForMessageAsync(m => m.Content == "in the channel")).Channel);
        var sessions = await host.SessionsAsync();
        Assert.Equal([(general.Id, null), (general.Id, thread.Id)], sessions.Select(s => (s.Conversation, s.Thread)).OrderBy(s => s.Thread, StringComparer.Ordinal));
    }

    [Fact]
    public async Task ForumPost_IsAThreadOfItsForum()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d => Task.FromResult(d.AddGuild("Home").AddForum("questions")));
        var ada = host.Discord.AddUser("ada");
        var forum = host.Discord.World.Guilds.Single().Channels.Single(c => c.Kind == ChannelKind.Forum);

        var post = await ada.PostsAsync(forum, "A question", "How does it work?");

        Assert.Equal(post, (await host.Discord.WaitForMessageAsync(m => m.Content == "How does it work?")).Channel);
        Assert.Equal((forum.Id, post.Id), (await host.SessionsAsync()).Select(s => (s.Conversation, s.Thread!)).Single());
    }

    [Fact]
    public async Task Bots_AndWebhooks_AreFlagged_OwnMessagesPassedOver()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d => Task.FromResult(d.AddGuild("Home")));
        var general = host.Discord.World.Guilds.Single().Channels[0];
        var (bot, hook, ada) = (host.Discord.AddUser("other", isBot: true), host.Discord.AddWebhook("hook"), host.Discord.AddUser("ada"));

        await bot.SaysAsync(general, "from a bot");
        await hook.SaysAsync(general, "from a hook");
        await ada.SaysAsync(general, "from ada");

        await host.Discord.WaitForMessageAsync(m => m.Content == "from ada");
        var rows = await host.FromPeopleAsync(3);
        Assert.True(rows.Single(r => r.Text == "from a bot").Extras is { } a && MessageExtras.FromJson(a) is { Sender.IsBot: true });
        Assert.True(rows.Single(r => r.Text == "from a hook").Extras is { } b && MessageExtras.FromJson(b) is { Sender.IsBot: true });
        Assert.DoesNotContain(rows, r => r.UserId == host.Discord.Bot.User.Id);
    }
}
