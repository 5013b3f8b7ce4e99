using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Discord;

public sealed class SendingTests
{
    [Fact]
    public async Task LongText_IsSplitOutsideCodeFences_AndNothingIsLost()
    {
        var code = string.Join('\n', Enumerable.Range(0, 150).Select(i => $"line {i} of the code"));
        await using var host = await AnsweringAsync(Reply($"Before\n```python\n{code}\n```\nAfter"));
        var ada = await AskAsync(host);

        await host.Discord.WaitForMessageAsync(m => m.Content.EndsWith("After", StringComparison.Ordinal));
        var parts = host.Discord.BotMessages.Select(m => m.Content).ToList();
        Assert.True(parts.Count > 1);
        Assert.All(parts, p => Assert.InRange(p.Length, 1, 2_000));
        Assert.All(parts, p => Assert.Equal(0, p.Split("```").Length % 2 == 1 ? 0 : 1));
        Assert.All(Enumerable.Range(0, 150), i => Assert.Single(parts, p => p.Contains($"line {i} of", StringComparison.Ordinal)));
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Mentions_NeverPing()
    {
        await using var host = await AnsweringAsync(Reply("@everyone <@1> look"));
        await AskAsync(host);

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content.Contains("look", StringComparison.Ordinal));

        Assert.Empty(answer.Mentions);
        Assert.False(answer.MentionsEveryone);
    }

    [Fact]
    public async Task Card_IsAnEmbed_ButtonsAreRows()
    {
        await using var host = await AnsweringAsync(Reply("Look", new(Buttons: [.. Enumerable.Range(0, 12).Select(i => new MessageButton($"B{i}", $"v{i}"))], Card: new("Title", "Text", [new("A", "1"), new("B", "2")], "https://example.com/a.png"))));
        await AskAsync(host);

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content == "Look");

        Assert.Equal("Title", (string?)Assert.Single(answer.Embeds)!["title"]);
        Assert.Equal([5, 5, 2], answer.Components.Select(r => r!["components"]!.AsArray().Count));
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Card_WithoutTheRightToEmbed_BecomesText()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", before: r => Answers(r, Reply("Look", new(Card: new("Title", "Text", null, null)))), prepare: d =>
        {
            var guild = d.AddGuild("Home");
            guild.Channels[0].Deny(d.Bot, Permissions.EmbedLinks);
            d.Faults.Next("POST /channels/*/messages", RestFault.MissingPermissions);
            return Task.CompletedTask;
        });
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(host.Discord.World.Guilds.Single().Channels[0], "hi");

        var answer = await host.Discord.WaitForMessageAsync();
        Assert.Equal("Look\n\n**Title**\n\nText", answer.Content);
        Assert.Empty(answer.Embeds);
    }

    [Fact]
    public async Task Card_BeyondTheLimits_BecomesText()
    {
        await using var host = await AnsweringAsync(Reply("", new(Card: new(new string('t', 300), "Text", null, null))));
        await AskAsync(host);

        Assert.Contains(new string('t', 300), (await host.Discord.WaitForMessageAsync()).Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buttons_MoreThan25_BecomeAList()
    {
        await using var host = await AnsweringAsync(Reply("Pick", new(Buttons: [.. Enumerable.Range(1, 30).Select(i => new MessageButton($"Option {i}", $"v{i}"))])));
        await AskAsync(host);

        var answer = await host.Discord.WaitForMessageAsync();
        Assert.Contains("30. Option 30", answer.Content, StringComparison.Ordinal);
        Assert.Empty(answer.Components);
    }

    [Fact]
    public async Task Attachments_ComeIn_AndGoOut()
    {
        await using var host = await DiscordHost.StartAsync(before: r => r.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([new AgentReply(request.Text, new(request.Extras?.Attachments))])));
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "with a file", DiscordFile.Text("a \"b\".txt", "contents"), DiscordFile.Text("two.txt", "2"));

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content == "with a file");
        Assert.Equal(["contents", "2"], answer.Attachments.Select(a => Encoding.UTF8.GetString(a.File.Bytes)));
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Attachment_TooLarge_IsNotTakenAndSaidSo()
    {
        await using var host = await DiscordHost.StartAsync(limits: new() { MaxAttachmentBytes = 4 });
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "big", DiscordFile.Text("big.txt", "more than four"));

        Assert.Contains("[big.txt: too large, not taken]", (await host.Discord.WaitForMessageAsync()).Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attachment_DiscordRefusesAsTooLarge_GoesAsALink()
    {
        await using var host = await DiscordHost.StartAsync(
            options: new() { LargestFile = 100, CaptureFolder = null }, // a limit that no client can know: to meet it breaks no rule that it could keep
            before: r => r.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([new AgentReply(request.Text, new(request.Extras?.Attachments))])));
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "file", DiscordFile.Text("large.txt", new string('x', 500)));

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content.StartsWith("file", StringComparison.Ordinal));
        Assert.Contains("large.txt: http://localhost:5080/files/", answer.Content, StringComparison.Ordinal);
        Assert.Empty(answer.Attachments);
    }

    [Fact]
    public async Task AnswerLost_IsSettledByTheNonce_AndSentOnce()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d =>
        {
            d.Faults.Next("POST /channels/*/messages", RestFault.LostAnswer);
            return Task.CompletedTask;
        });
        var ada = await AskAsync(host, "once");

        await Eventually.HasAsync(host.Road.RowsAsync, rows => rows.Count == 2 && rows.All(r => r.Pending is null));
        Assert.Single(host.Discord.BotMessages, m => m.Content == "once");
    }

    [Fact]
    public async Task AnswerLost_WithoutTheRightToReadTheHistory_IsSentOnceAllTheSame()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d =>
        {
            d.Faults.Next("POST /channels/*/messages", RestFault.LostAnswer);
            d.Faults.Always("GET /channels/*/messages", RestFault.MissingAccess);
            return Task.CompletedTask;
        });
        await AskAsync(host, "once");

        await Eventually.HasAsync(host.Road.RowsAsync, rows => rows.Count == 2 && rows.All(r => r.Pending is null));
        Assert.Single(host.Discord.BotMessages, m => m.Content == "once");
    }

    [Fact]
    public async Task RateLimited_WaitsAndSends_NothingIsLost()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d =>
        {
            d.Faults.Next("POST /channels/*/messages", RestFault.TooManyRequests(0.3), 2);
            d.Faults.Next("POST /channels/*/messages", RestFault.TooManyRequests(0.2, withHeaders: false));
            return Task.CompletedTask;
        });
        var ada = host.Discord.AddUser("ada");

        for (var i = 0; i < 8; i++) await ada.SaysAsync(ada.Direct(), $"{i}");

        await host.Discord.WaitForMessageAsync(m => m.Content == "7");
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), host.Discord.BotMessages.Select(m => m.Content));
    }

    [Fact]
    public async Task Buckets_AreKeptByWaiting_NotByBeingRefused()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");

        for (var i = 0; i < 12; i++) await ada.SaysAsync(ada.Direct(), $"{i}");

        await host.Discord.WaitForMessageAsync(m => m.Content == "11");
        Assert.True(host.Discord.Limits.Refused == 0, string.Join('\n', host.Discord.Log));
    }

    [Fact]
    public async Task CannotMessageTheUser_IsADeadLetterWithItsReason()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d =>
        {
            d.Faults.Always("POST /channels/*/messages", RestFault.CannotSendToUser);
            return Task.CompletedTask;
        });
        await AskAsync(host, "hi");

        var letter = await Eventually.HasAsync(() => LettersAsync(host), l => l.Count == 1);
        Assert.Equal(DeadLetterCauses.ChannelRejected, letter[0].Cause);
        Assert.Contains("50007", letter[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streaming_EditsOneMessage_AndFinishesInPlace()
    {
        await using var host = await GrowingAsync(out var grow, out var finish);
        await AskAsync(host);

        var preview = await host.Discord.WaitForMessageAsync(m => m.Content == "one");
        grow(1, "two ");
        await host.Discord.WaitForMessageAsync(m => m.Content == "one two");
        finish("one two three");

        await host.Discord.WaitForMessageAsync(m => m.Content == "one two three");
        Assert.Single(host.Discord.BotMessages);
        Assert.Equal("one two three", preview.Content);
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Streaming_PreviewDeletedByAPerson_TheFinalComesAnew()
    {
        await using var host = await GrowingAsync(out _, out var finish);
        var ada = await AskAsync(host);
        var preview = await host.Discord.WaitForMessageAsync(m => m.Content == "one");

        await ada.DeletesAsync(preview);
        finish("all of it");

        await host.Discord.WaitForMessageAsync(m => m.Content == "all of it");
        Assert.Single(host.Discord.BotMessages, m => !m.IsDeleted);
    }

    [Fact]
    public async Task Streaming_LongPauseEndsTheEdits_TheFinalComes()
    {
        await using var host = await GrowingAsync(out var grow, out var finish);
        await AskAsync(host);
        await host.Discord.WaitForMessageAsync();
        host.Discord.Faults.Next("PATCH /channels/*/messages/*", RestFault.TooManyRequests(40));

        grow(1, "two ");
        await host.Discord.WaitAsync(() => host.Discord.Faults.Hits > 0, "a refused edit");
        finish("one two three");

        // the bucket of edits rests for long, so it goes as a new message, and the preview is taken away after it
        await host.Discord.WaitForMessageAsync(m => m.Content == "one two three");
    }

    [Fact]
    public async Task Streaming_OfASlashCommand_FillsItsAnswer()
    {
        const string commands = "\"applicationCommands\":[{\"name\":\"ask\",\"description\":\"Ask\"}]";
        await using var host = await GrowingAsync(out _, out var finish, commands);
        await host.Discord.WaitAsync(() => host.Discord.Bot.CommandWrites > 0, "the commands");
        var ada = host.Discord.AddUser("ada");

        var command = await ada.RunsCommandAsync(ada.Direct(), "ask");
        await host.Discord.WaitAsync(() => command.Original is { IsLoading: false }, "a beginning");
        finish("complete");

        await host.Discord.WaitForMessageAsync(m => m.Content == "complete");
        Assert.Equal("complete", command.Original!.Content);
        Assert.Single(host.Discord.BotMessages);
    }

    [Fact]
    public async Task Typing_IsShownWhileTheAgentWorks()
    {
        await using var host = await GrowingAsync(out _, out var finish, "\"streaming\":false");
        var ada = await AskAsync(host);

        await host.Discord.WaitAsync(() => ada.Direct().Typing.Count > 0, "a sign of typing");
        finish("done");

        await host.Discord.WaitForMessageAsync(m => m.Content == "done");
    }

    [Fact]
    public async Task Budget_IsThereForPeople()
    {
        await using var host = await DiscordHost.StartAsync();
        await AskAsync(host, "hi");
        await host.Discord.WaitForMessageAsync();

        var budget = host.Sender.Look(host.Channel.Id);

        Assert.Contains(budget, b => b is { Limit: 50, Per.TotalSeconds: 1 });
        Assert.Contains(budget, b => b.Name.Contains("session", StringComparison.OrdinalIgnoreCase) && b.Left == 999 + 1 - 0 || b.Left > 0);
    }

    private static async Task<DiscordUser> AskAsync(DiscordHost host, string text = "hi")
    {
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), text);
        return ada;
    }

    private static Task<DiscordHost> AnsweringAsync(AgentReply reply) => DiscordHost.StartAsync(before: r => Answers(r, reply));

    private static void Answers(Fakes.Road road, AgentReply reply) => road.Agents.Answer = (_, _, _) => new(AgentOutcome.Answer([reply]));

    private static AgentReply Reply(string text, MessageExtras? extras = null) => new(Utf8Text.From(text), extras);

    private static async Task<List<OpenClaw.Gateway.Core.Storage.Entities.DeadLetter>> LettersAsync(DiscordHost host)
    {
        await host.Road.Journal.FlushAsync();
        await using var db = host.Road.Db();
        return await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(db.DeadLetters);
    }

    /// <summary>An agent that says "one " at once, and the rest when the test says so.</summary>
    private static Task<DiscordHost> GrowingAsync(out Action<int, string> grow, out Action<string> finish, string settings = "")
    {
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        IAnswerSink? growing = null;
        grow = (_, text) => growing!.Delta(0, Utf8Text.From(text));
        finish = text => done.TrySetResult(text);
        return DiscordHost.StartAsync(settings: settings, before: r => r.Agents.Answer = async (_, sink, token) =>
        {
            growing = sink;
            sink.Delta(0, Utf8Text.From("one "));
            return AgentOutcome.Answer([new AgentReply(Utf8Text.From(await done.Task.WaitAsync(token)))]);
        });
    }
}
