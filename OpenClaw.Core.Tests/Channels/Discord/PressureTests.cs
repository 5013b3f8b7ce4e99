using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Listening;

namespace OpenClaw.Core.Tests.Channels.Discord;

/// <summary>What waits, what is not taken, and what is said about it.</summary>
public sealed class PressureTests
{
    private static readonly SubjectControl Draining = new(SubjectFlow.Draining);

    [Fact]
    public async Task InboxThatTakesNothing_DoesNotCostTheConnection()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        host.Change(c => c with { Control = Draining });

        await ada.SaysAsync(ada.Direct(), "waits");
        for (var i = 0; i < 5; i++) // asked for, not awaited: with a short interval a slow machine's acknowledgement comes too late and costs the connection
        {
            var beats = host.Discord.Gateway.Heartbeats;
            host.Discord.Gateway.RequestHeartbeats();
            await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Heartbeats > beats, () => "a heartbeat");
        }

        Assert.Equal(1, host.Discord.Gateway.Connects);
        Assert.Empty(await host.FromPeopleAsync());
    }

    [Fact]
    public async Task MessageNotYetAccepted_ComesAgainAfterARestart()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        host.Change(c => c with { Control = Draining });
        await ada.SaysAsync(ada.Direct(), "not yet");
        await host.Discord.Gateway.WaitAsync(() => host.Discord.Gateway.Live.Count == 1, () => "a live session");

        await host.RestartAsync(() =>
        {
            host.Change(c => c with { Control = SubjectControl.None });
            return Task.CompletedTask;
        });

        await host.Discord.WaitForMessageAsync(m => m.Content == "not yet");
        Assert.Equal((1, 1), (host.Discord.Gateway.Identifies, host.Discord.Gateway.Resumes));
        Assert.Single(await host.FromPeopleAsync());
    }

    [Fact]
    public async Task MoreThanThereIsRoomFor_StopsReading_AndComesAgain()
    {
        await using var host = await DiscordHost.StartAsync(before: r => r.Agents.Answer = (_, _, _) => new(AgentOutcome.Answer([])));
        var ada = host.Discord.AddUser("ada");
        host.Change(c => c with { Control = Draining });

        for (var i = 0; i < Intake.Most + 200; i++) await ada.SaysAsync(ada.Direct(), $"{i}");
        await host.StateAsync(l => l is { State: ChannelLinkState.Connecting, Cause: "reconnecting" });
        Assert.Contains("More came", host.Link.Detail, StringComparison.Ordinal);
        host.Change(c => c with { Control = SubjectControl.None });

        // the first one waits for half a minute, as a channel that is switched off does
        await Eventually.HasAsync(host.FromPeopleAsync, rows => rows.Count >= Intake.Most + 200, TimeSpan.FromSeconds(180));
        var rows = await host.FromPeopleAsync();
        Assert.Equal(Enumerable.Range(0, Intake.Most + 200).Select(i => $"{i}"), rows.Select(r => r.Text));
        Assert.Equal(1, host.Discord.Gateway.Identifies);
    }

    [Fact]
    public async Task UnknownPerson_WithPairing_IsToldTheCode()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"access\":\"pairing\"");
        var ada = host.Discord.AddUser("ada");

        var question = await ada.SaysAsync(ada.Direct(), "let me in");

        var told = await host.Discord.WaitForMessageAsync();
        Assert.Equal(question, told.ReplyTo);
        Assert.Empty(await host.FromPeopleAsync());
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task MessageThatIsTooLong_IsToldTo()
    {
        await using var host = await DiscordHost.StartAsync(limits: new() { MaxMessageBytes = 10 });
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "more than ten bytes");

        Assert.Contains("too long", (await host.Discord.WaitForMessageAsync()).Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EditsAndDeletions_AreNoMessages()
    {
        await using var host = await DiscordHost.StartAsync();
        var ada = host.Discord.AddUser("ada");
        var message = await ada.SaysAsync(ada.Direct(), "first");
        await host.Discord.WaitForMessageAsync(m => m.Content == "first");

        await ada.EditsAsync(message, "changed");
        await ada.DeletesAsync(message);
        await ada.SaysAsync(ada.Direct(), "second");

        await host.Discord.WaitForMessageAsync(m => m.Content == "second");
        Assert.Equal(["first", "second"], (await host.FromPeopleAsync()).Select(r => r.Text));
    }

    [Fact]
    public async Task DiscordOutOfOrder_RepliesAreTriedAgain()
    {
        await using var host = await DiscordHost.StartAsync(prepare: d =>
        {
            d.Faults.Next("POST /channels/*/messages", RestFault.HtmlPage(502));
            d.Faults.Next("POST /channels/*/messages", RestFault.Reset);
            return Task.CompletedTask;
        });
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "in the end");

        await host.Discord.WaitForMessageAsync(m => m.Content == "in the end");
        Assert.Single(host.Discord.BotMessages);
    }

    [Fact]
    public async Task ThreadThatCannotBeLookedUpNow_WaitsForIt()
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"activation\":\"always\"", prepare: d => Task.FromResult(d.AddGuild("Home")));
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);
        var thread = await ada.StartsThreadAsync(general, "Details");
        host.Discord.Faults.Next("GET /channels/*", RestFault.HtmlPage(502), 2);

        await ada.SaysAsync(thread, "where am I?");

        Assert.Equal(thread, (await host.Discord.WaitForMessageAsync(m => m.Content == "where am I?")).Channel);
        Assert.Equal((general.Id, thread.Id), (await host.SessionsAsync()).Select(s => (s.Conversation, s.Thread!)).Single());
    }

    [Theory]
    [InlineData("help")]
    [InlineData("new")]
    [InlineData("stop")]
    public async Task OwnCommands_AreRegistered_AndAnswered(string name)
    {
        await using var host = await DiscordHost.StartAsync(settings: "\"applicationCommands\":[]");
        await host.Discord.WaitAsync(() => host.Discord.Bot.CommandWrites > 0, "the commands");
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "hi");
        await host.Discord.WaitForMessageAsync(m => m.Content == "hi");

        var command = await ada.RunsCommandAsync(ada.Direct(), name);

        await host.Discord.WaitAsync(() => command.Original is { IsLoading: false }, "an answer");
    }

    [Fact]
    public async Task TokensAndTexts_AreInNoLog()
    {
        var log = new Listener();
        await using var host = await DiscordHost.StartAsync(
            settings: "\"applicationCommands\":[{\"name\":\"ask\",\"description\":\"Ask\"}]",
            services: s => s.AddLogging(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(log)));
        await host.Discord.WaitAsync(() => host.Discord.Bot.CommandWrites > 0, "the commands");
        var ada = host.Discord.AddUser("ada");

        await ada.SaysAsync(ada.Direct(), "a very private text");
        await host.Discord.WaitForMessageAsync(m => m.Content == "a very private text");
        var command = await ada.RunsCommandAsync(ada.Direct(), "ask");
        await host.Discord.WaitAsync(() => command.Original is { IsLoading: false }, "an answer");
        host.Discord.Gateway.DropAll();
        host.Discord.Bot.ResetToken();
        await host.StateAsync(l => l.State == ChannelLinkState.Failed);

        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, l => l.Contains(DiscordSecret(host), StringComparison.Ordinal) || l.Contains(command.Token, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, l => l.StartsWith("OpenClaw", StringComparison.Ordinal) && l.Contains("private text", StringComparison.Ordinal));
    }

    private static string DiscordSecret(DiscordHost host) => host.Channel.Secrets["botToken"];

    private sealed class Listener : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Named(_lines, categoryName);

        public void Dispose() => _lines.Enqueue("over");

        private sealed class Named(ConcurrentQueue<string> lines, string name) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue($"{name}: {formatter(state, exception)} {exception}");
        }
    }
}
