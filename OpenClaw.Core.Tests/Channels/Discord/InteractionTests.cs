using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rest;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Discord;

public sealed class InteractionTests
{
    private const string Ask = """
        "userCommands":false,"applicationCommands":[{"name":"ask","description":"Ask","options":[{"type":3,"name":"question","description":"What","required":true},{"type":5,"name":"loud","description":"Loud"}]}]
        """;

    [Fact]
    public async Task SlashCommand_IsDeferredAndAnsweredInPlace()
    {
        await using var host = await StartAsync();
        var ada = host.Discord.AddUser("ada");

        var command = await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "why?"), ("loud", true));

        await host.Discord.WaitForAnswerAsync(command);
        Assert.Equal(5, command.Answered);
        await host.Discord.WaitForMessageAsync(m => m.Content == "/ask why? true");
        Assert.Equal("/ask why? true", command.Original!.Content);
        Assert.Empty(command.FollowUps);
        Assert.Empty(host.Discord.Violations);
        Assert.Equal("/ask why? true", Assert.Single(await host.FromPeopleAsync()).Text);
    }

    [Fact]
    public async Task SlashCommand_InAServer_IsForTheBotWhateverItsActivation()
    {
        await using var host = await DiscordHost.StartAsync(settings: Ask + ",\"activation\":\"command\"", with: c => c with { UserCommands = false }, prepare: d => Task.FromResult(d.AddGuild("Home")));
        await CommandsAsync(host);
        var (ada, general) = (host.Discord.AddUser("ada"), host.Discord.World.Guilds.Single().Channels[0]);

        await ada.RunsCommandAsync(general, "ask", ("question", "here?"));

        Assert.Equal(general, (await host.Discord.WaitForMessageAsync(m => m.Content == "/ask here?")).Channel);
    }

    [Fact]
    public async Task LongAnswer_GoesOnInFollowUps()
    {
        await using var host = await StartAsync();
        host.Road.Agents.Answer = (_, _, _) => new(AgentOutcome.Answer([new AgentReply(Utf8Text.From(new string('a', 1_900) + "\n\n" + new string('b', 1_900)))]));
        var ada = host.Discord.AddUser("ada");

        var command = await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "much"));

        await host.Discord.WaitAsync(() => command.FollowUps.Count == 1, "a follow-up");
        Assert.Equal(new string('a', 1_900), command.Original!.Content);
        Assert.Equal(new string('b', 1_900), command.FollowUps[0].Content);
    }

    [Fact]
    public async Task Commands_AreRegistered_OnlyWhenTheyChanged()
    {
        await using var host = await StartAsync();
        Assert.Equal(1, host.Discord.Bot.CommandWrites);

        await host.RestartAsync(() => { host.Discord.Gateway.ForgetSessions(); return Task.CompletedTask; });
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "x");
        await host.Discord.WaitForMessageAsync(m => m.Content == "x");
        Assert.Equal(1, host.Discord.Bot.CommandWrites);

        host.Change(c => c with { Settings = System.Text.Json.JsonElement.Parse(c.Settings.GetRawText().Replace("\"ask\"", "\"tell\"", StringComparison.Ordinal)) });
        await host.Discord.WaitAsync(() => host.Discord.Bot.CommandWrites == 2, "another registration");
        Assert.Contains(host.Discord.Bot.Commands, c => (string?)c!["name"] == "tell");
    }

    [Fact]
    public async Task Restart_KeepsTheTokenOfAnOpenInteraction()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StartAsync(r => r.Agents.Answer = async (request, _, token) =>
        {
            asked.TrySetResult();
            await answer.Task.WaitAsync(token);
            return AgentOutcome.Answer([new AgentReply(Utf8Text.From("late but here"))]);
        });
        var ada = host.Discord.AddUser("ada");
        var command = await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "why?"));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));

        answer.SetResult();
        await host.RestartAsync();

        await host.Discord.WaitForMessageAsync(m => m.Content == "late but here");
        Assert.Equal("late but here", command.Original!.Content);
        Assert.Single(host.Discord.BotMessages);
    }

    [Fact]
    public async Task DeferralRefused_IsAnsweredInTheChannel()
    {
        await using var host = await StartAsync();
        var ada = host.Discord.AddUser("ada");
        host.Discord.Faults.Next("POST /interactions/*/*/callback", RestFault.Error(404, 10062, "Unknown interaction"));

        await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "too late?"));

        var answer = await host.Discord.WaitForMessageAsync(m => m.Content == "/ask too late?");
        Assert.Null(answer.Interaction);
    }

    [Fact]
    public async Task TokenThatRanOut_IsAnsweredInTheChannel()
    {
        await using var host = await StartAsync();
        var ada = host.Discord.AddUser("ada");
        host.Discord.Faults.Always("PATCH /webhooks/*/*/messages/@original", RestFault.Error(404, 10015, "Unknown Webhook"));

        await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "old?"));

        Assert.Null((await host.Discord.WaitForMessageAsync(m => m.Content == "/ask old?")).Interaction);
    }

    [Fact]
    public async Task Button_ComesBackAsItsValue()
    {
        var value = "a value that is too long for Discord " + new string('v', 200);
        await using var host = await StartAsync(r => r.Agents.Answer = (request, _, _) => new(AgentOutcome.Answer([request.Extras?.Button is { } button
            ? new AgentReply(Utf8Text.From("pressed " + button))
            : new AgentReply(Utf8Text.From("Choose"), new(Buttons: [new("Short", "yes"), new("Long", value), new("Same", "yes")]))])));
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "hi");
        var choice = await host.Discord.WaitForMessageAsync(m => m.Content == "Choose");

        var pressed = await ada.PressAsync(choice, "Short");
        await host.Discord.WaitForMessageAsync(m => m.Content == "pressed yes");
        await ada.PressAsync(choice, "Long");
        await host.Discord.WaitForMessageAsync(m => m.Content == "pressed " + value);
        await ada.PressAsync(choice, "Same");

        await host.Discord.WaitAsync(() => host.Discord.World.Channels.SelectMany(c => c.Messages).Count(m => m.Content == "pressed yes") == 2, "the third answer");
        Assert.Equal(6, pressed.Answered);
        Assert.Equal("Choose", choice.Content);
        Assert.Empty(host.Discord.Violations);
    }

    [Fact]
    public async Task Button_OfAnOldKeyboard_IsToldToBeOld()
    {
        await using var host = await StartAsync();
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "hi");
        var message = await host.Discord.WaitForMessageAsync(m => m.Content == "hi");

        var pressed = await ada.PressOldAsync(message, "~oc:" + System.Buffers.Text.Base64Url.EncodeToString(Guid.CreateVersion7().ToByteArray()) + "0");

        await host.Discord.WaitAsync(() => pressed.FollowUps.Count == 1, "an explanation");
        Assert.True(pressed.FollowUps[0].IsEphemeral);
        Assert.Contains("old message", pressed.FollowUps[0].Content, StringComparison.Ordinal);
        Assert.Single(await host.FromPeopleAsync());
    }

    [Fact]
    public async Task Interaction_LostBeforeItsAccept_GoesToTheLedger_AndIsTold()
    {
        var limits = new LimitOptions();
        await using var host = await DiscordHost.StartAsync(settings: Ask, with: c => c with { UserCommands = false }, connects: true, limits: limits);
        await CommandsAsync(host);
        var ada = host.Discord.AddUser("ada");
        // answered "wait" while the gateway does not take it, and then the gateway and the session are gone
        host.Change(c => c with { Control = new(SubjectFlow.Draining) });
        var command = await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "lost?"));
        await host.Discord.WaitForAnswerAsync(command);
        await Eventually.Async(() => host.Bot.Interactions.Lost.Count == 1);

        await host.RestartAsync(() =>
        {
            host.Discord.Gateway.ForgetSessions();
            host.Change(c => c with { Control = SubjectControl.None });
            return Task.CompletedTask;
        });

        await host.Discord.WaitAsync(() => command.Original?.Content.Contains("try again", StringComparison.Ordinal) == true, "an explanation");
        var gaps = await Eventually.HasAsync(host.GapsAsync, g => g.Any(x => x.Missed == 1));
        Assert.Contains(gaps, g => g.Reason.Contains("command or button", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Command_OfSomebodyNotAllowed_IsToldAndNotLeftWaiting()
    {
        await using var host = await DiscordHost.StartAsync(settings: Ask + ",\"access\":\"allow-list\",\"allowed\":[\"1\"]", with: c => c with { UserCommands = false });
        await CommandsAsync(host);
        var ada = host.Discord.AddUser("ada");

        var command = await ada.RunsCommandAsync(ada.Direct(), "ask", ("question", "me?"));

        await host.Discord.WaitAsync(() => command.Original is { IsLoading: false }, "an answer");
        Assert.Empty(await host.FromPeopleAsync());
    }

    [Fact]
    public async Task Autocomplete_AndForms_AreAnsweredPolitely()
    {
        await using var host = await StartAsync();
        var ada = host.Discord.AddUser("ada");
        await ada.SaysAsync(ada.Direct(), "x");
        await host.Discord.WaitForMessageAsync(m => m.Content == "x");

        host.Discord.Gateway.Dispatch("INTERACTION_CREATE", $$$"""{"id":"{{{ada.Direct().Messages[0].Number + 1}}}","type":4,"token":"abc","channel_id":"{{{ada.Direct().Id}}}","user":{"id":"{{{ada.Id}}}"},"data":{"name":"ask"}}""");

        await host.Discord.WaitAsync(() => host.Discord.Log.Any(l => l.Path.EndsWith("/abc/callback", StringComparison.Ordinal)), "a callback");
        Assert.Single(await host.FromPeopleAsync());
    }

    private static async Task<DiscordHost> StartAsync(Action<Fakes.Road>? before = null)
    {
        var host = await DiscordHost.StartAsync(settings: Ask, with: c => c with { UserCommands = false }, before: before);
        await CommandsAsync(host);
        return host;
    }

    /// <summary>Returns when they are registered and that is on record.</summary>
    private static Task CommandsAsync(DiscordHost host) =>
        Eventually.HasAsync(async () => await host.Road.Get<IChannelMemory>().Of(host.Channel).GetAsync("commands", CancellationToken.None), note => note is not null);
}
