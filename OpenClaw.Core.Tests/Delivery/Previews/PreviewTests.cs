using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Delivery.Previews;

/// <summary>Answers that grow on their platform: at its pace, on record before the first edit, taken over by the reply, never left behind.</summary>
public sealed class PreviewTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly ScriptedPlatform _platform = new();
    private readonly TestClock _clock = new();

    [Fact]
    public async Task Answer_Grows_IsShownEditedAndTakenOver()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("Hel");
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "show");
        await AfterAsync(First, "show", "Hel");
        await OnRecordAsync(road);
        Assert.Equal("m1", Assert.Single(await PreviewsAsync(road)).Receipt);
        await agent.SayAsync("lo ");
        await agent.SayAsync("world");
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "edit");
        await AfterAsync(Pace, "edit", "Hello world");
        await agent.EndAsync("Hello world!");
        await TestWait.UntilAsync(() => _platform.Calls.Any(c => c.Call == "final"));
        Assert.Equal("Hello world!", Assert.Single(_platform.Shown).Value);
        await TestWait.UntilAsync(async () => (await PreviewsAsync(road)).Count == 0);
    }

    [Fact]
    public async Task Answer_AtOnce_IsNotShownGrowing()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("Hi");
        await agent.EndAsync("Hi");
        await TestWait.UntilAsync(() => _platform.Calls.Any(c => c.Call == "send"));
        Assert.DoesNotContain(_platform.Calls, c => c.Call is "show" or "edit");
    }

    [Fact]
    public async Task Edit_SameText_IsSkipped()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("same");
        await AfterAsync(First, "show", "same");
        await agent.SayAsync("");
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "edit");
        await agent.EndAsync("same");
    }

    /// <summary>A long flood wait ends the edits, and the final goes all the same.</summary>
    [Fact]
    public async Task Platform_WantsNoMoreEdits_TheFinalIsSent()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("one");
        await AfterAsync(First, "show", "one");
        _platform.OnShow = _ => PreviewOutcome.Over;
        await agent.SayAsync(" two");
        _clock.Advance(Pace);
        await agent.SayAsync(" three");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await agent.EndAsync("one two three");
        await TestWait.UntilAsync(() => _platform.Shown.Values.Contains("one two three"));
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "edit");
    }

    [Fact]
    public async Task Platform_AsksForAPause_GetsIt()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("one");
        var asked = false;
        _platform.OnShow = _ =>
        {
            if (asked) return null;
            asked = true;
            return PreviewOutcome.Later(TimeSpan.FromSeconds(20));
        };
        await AdvanceUntilAsync(First, () => asked);
        await agent.SayAsync(" two");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "show");
        await AfterAsync(TimeSpan.FromSeconds(15), "show", "one two");
        await agent.EndAsync("one two");
    }

    /// <summary>What a broken attempt showed is replaced by the next one, in the same message.</summary>
    [Fact]
    public async Task Attempt_Breaks_TheNextOneGoesOnInTheSameMessage()
    {
        await using var road = await StartAsync();
        road.Catalog.Retry = new(2, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        foreach (var model in new[] { road.Catalog.FindAgent(road.Catalog.Tenant.Id, "Scripted")! }) road.Catalog.Replace(model with { Retry = road.Catalog.Retry });
        var agent = Script(road);
        Ask();
        await agent.SayAsync("wrong");
        await AfterAsync(First, "show", "wrong");
        await agent.FailAsync();
        var next = agent.SayAsync("right");
        await AdvanceUntilAsync(Pace, () => next.IsCompleted);
        await AfterAsync(Pace, "edit", "right");
        await agent.EndAsync("right!");
        await TestWait.UntilAsync(() => _platform.Calls.Any(c => c.Call == "final"));
        Assert.Equal("right!", Assert.Single(_platform.Shown).Value);
        Assert.DoesNotContain(_platform.Calls, c => c.Call == "remove");
    }

    [Fact]
    public async Task Answer_DoesNotCome_WhatWasShownIsTakenAway()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("half an ans");
        await AfterAsync(First, "show", "half an ans");
        await agent.FailAsync();
        await TestWait.UntilAsync(() => _platform.Calls.Any(c => c.Call == "remove"));
        Assert.Empty(_platform.Shown);
        await TestWait.UntilAsync(async () => (await PreviewsAsync(road)).Count == 0);
    }

    /// <summary>A kill in the middle of an answer: the message that shows it is known, and the next attempt uses it.</summary>
    [Fact]
    public async Task Gateway_KilledWhileAnAnswerGrows_TheNextAttemptUsesItsMessage()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("before the kill");
        await AfterAsync(First, "show", "before the kill");
        await OnRecordAsync(road);
        await road.StopAsync(kill: true);
        var next = new StepAgent();
        await road.StartAsync(r => r.Agents.Answer = next.AnswerAsync);
        await next.SayAsync("after");
        await AfterAsync(Pace, "edit", "after");
        await next.EndAsync("after it");
        await TestWait.UntilAsync(() => _platform.Calls.Any(c => c.Call == "final"));
        Assert.Equal("after it", Assert.Single(_platform.Shown).Value);
    }

    /// <summary>The next attempt answers at once: it takes over what the killed one showed all the same.</summary>
    [Fact]
    public async Task Gateway_KilledWhileAnAnswerGrows_AnAnswerAtOnceTakesItsMessageOver()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("before the kill");
        await AfterAsync(First, "show", "before the kill");
        await OnRecordAsync(road);
        await road.StopAsync(kill: true);
        var next = new StepAgent();
        await road.StartAsync(r => r.Agents.Answer = next.AnswerAsync);
        await next.EndAsync("at once");
        await TestWait.UntilAsync(() => _platform.Calls.Any(c => c.Call == "final"));
        Assert.Equal("at once", Assert.Single(_platform.Shown).Value);
    }

    [Fact]
    public async Task Typing_IsShownAgainAndAgainWhileTheAgentWorks()
    {
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.BegunAsync();
        await TestWait.UntilAsync(() => Typings == 1);
        await AdvanceUntilAsync(TimeSpan.FromSeconds(4), () => Typings >= 2);
        Assert.Equal(2, Typings);
        await agent.EndAsync("done");
        await TestWait.UntilAsync(() => _platform.Shown.Values.Contains("done"));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2, Typings);
    }

    [Fact]
    public async Task Streaming_SwitchedOff_ShowsTheFinalOnly()
    {
        _platform.IsStreaming = false;
        await using var road = await StartAsync();
        var agent = Script(road);
        Ask();
        await agent.SayAsync("one");
        _clock.Advance(TimeSpan.FromSeconds(5));
        await agent.EndAsync("one two");
        await TestWait.UntilAsync(() => _platform.Shown.Values.Contains("one two"));
        Assert.DoesNotContain(_platform.Calls, c => c.Call is "show" or "edit" or "final");
    }

    private int Typings => _platform.Calls.Count(c => c.Call == "typing");

    private void Ask() => _platform.Put(ScriptedPlatform.Message("1", "a question"));

    private async Task<PlatformRoad> StartAsync()
    {
        var road = await PlatformRoad.StartAsync(s => ScriptedPlatform.Add(s, _platform), _clock);
        await road.ConnectedAsync(road.AddChannel(ScriptedPlatform.Name, new { }));
        return road;
    }

    private static StepAgent Script(PlatformRoad road)
    {
        var agent = new StepAgent();
        road.Road.Agents.Answer = agent.AnswerAsync;
        return agent;
    }

    private static async Task<List<AnswerPreview>> PreviewsAsync(PlatformRoad road)
    {
        await road.Road.Journal.FlushAsync();
        await using var db = road.Road.Db();
        return [.. db.AnswerPreviews];
    }

    /// <summary>The platform has it a moment before it is on record.</summary>
    private static Task OnRecordAsync(PlatformRoad road) => TestWait.UntilAsync(async () => (await PreviewsAsync(road)).Count == 1);

    /// <summary>Moves the clock until the platform was asked to do that: at least so long, as the tests before it see.</summary>
    private Task AfterAsync(TimeSpan pause, string call, string text) => AdvanceUntilAsync(pause, () => _platform.Calls.Any(c => c.Call == call && c.Text == text));

    private Task AdvanceUntilAsync(TimeSpan pause, Func<bool> holds) => TestWait.UntilAsync(() =>
    {
        if (holds()) return true;
        _clock.Advance(pause / 4);
        return false;
    });
}
