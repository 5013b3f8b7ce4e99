using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Pages.DeadLetters;
using OpenClaw.Portal.Tests.Api;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>Dead letters by sort, one by one, in the quarantine and in replays: what each role is shown, and what the forms send.</summary>
public sealed class DeadLettersTests : IAsyncLifetime
{
    private PageContext _context = null!;

    private NavigationManager Navigation => _context.Services.GetRequiredService<NavigationManager>();

    public async Task InitializeAsync()
    {
        _context = await PageContext.CreateAsync();
        _context.Services.AddLogging().AddSingleton(_ => Started(_context.Database.Storage)).AddSingleton<IArchivedSessions>(new Restorer(_context.Database.System)).AddSingleton<IReplayPost>(new NoRoad()).AddDeadLetters();
        _context.JSInterop.SetupModule("./js/kit.js").Mode = JSRuntimeMode.Loose;
    }

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Groups_None_SaysThatAllIsWell()
    {
        await _context.SignInAsync();
        Assert.Contains("Every message that was accepted went its way", Render().WaitForElement(".empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_SomeThatFailedAlike_AreOneAndLeadToThem()
    {
        await _context.SignInAsync();
        await AddAsync("f", count: 3);
        await AddAsync("g", count: 1, cause: DeadLetterCauses.AgentError);
        var page = Render();
        var row = page.WaitForElements("tbody tr").Single(r => r.TextContent.Contains("Agent timeout", StringComparison.Ordinal));
        Assert.Equal("3", row.QuerySelector("td[data-title='Letters']")!.TextContent.Trim());
        Assert.Contains("tab=list", row.QuerySelector("a")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("group=f", row.QuerySelector("a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_ForAViewer_HaveNoButtons()
    {
        await _context.SignInAsync(TenantRole.Viewer);
        await AddAsync("f", count: 2);
        var page = Render();
        page.WaitForElement("tbody tr .row-link");
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Contains("Replay", StringComparison.Ordinal));
        Go("?tab=list");
        page = Render();
        page.WaitForElement("tbody tr .chip");
        Assert.Empty(page.FindAll("tbody input, .select-bar"));
    }

    [Fact]
    public async Task Dialog_OfAGroup_CountsByRiskAndTakesTheRiskyOnlyWhenAsked()
    {
        await _context.SignInAsync(TenantRole.Operator);
        await AddAsync("f", count: 3, risk: DeadLetterRisks.NeverSent);
        await AddAsync("f", count: 2);
        await AddAsync("f", count: 1, risk: DeadLetterRisks.Sent);
        await AddAsync("g", count: 1);
        var page = Render();
        await page.WaitForElements("td.row-actions button").Single(b => b.GetAttribute("aria-label")!.StartsWith("Replay 6", StringComparison.Ordinal)).ClickAsync(new());
        page.WaitForAssertion(() => Assert.Contains("3 of 6 will be replayed", page.Find("dialog [role=status]").TextContent, StringComparison.Ordinal));
        page.FindAll("dialog tbody input")[0].Change(true);
        Assert.Contains("5 of 6 will be replayed", page.Find("dialog [role=status]").TextContent, StringComparison.Ordinal);
        await page.Find("dialog form").SubmitAsync();
        await using var db = _context.Database.System.Create();
        var replay = await db.Replays.SingleAsync();
        Assert.Equal((true, 0.2, 10.0, false), (replay.Canary, replay.StopShare, replay.RatePerSecond, replay.Shadow));
        var selection = JsonElement.Parse(replay.Selection);
        Assert.Equal("f", selection.GetProperty("group").GetString());
        Assert.True(selection.GetProperty("includeUnknown").GetBoolean());
        Assert.False(selection.TryGetProperty("includeSent", out var sent) && sent.GetBoolean());
        Assert.EndsWith($"/t/acme/replays/{replay.Id}", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Chosen_AreWhatTheReplayTakes()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var letters = await AddAsync("f", count: 3, risk: DeadLetterRisks.NeverSent);
        Go("?tab=list");
        var page = Render();
        page.WaitForElement("tbody input").Change(true);
        page.FindAll("tbody input")[1].Change(true);
        Assert.Contains("2 chosen", page.Find(".select-bar [role=status]").TextContent, StringComparison.Ordinal);
        await page.FindAll(".select-bar button").Single(b => b.TextContent == "Replay…").ClickAsync(new());
        page.WaitForElement("dialog form");
        await page.Find("dialog form").SubmitAsync();
        await using var db = _context.Database.System.Create();
        var ids = JsonElement.Parse((await db.Replays.SingleAsync()).Selection).GetProperty("ids").EnumerateArray().Select(i => i.GetGuid());
        Assert.Equal(letters.Order().Skip(1), ids.Order());
    }

    [Fact]
    public async Task List_FilterChosen_StandsInTheAddressAndNarrows()
    {
        await _context.SignInAsync();
        await AddAsync("f", count: 1);
        await AddAsync("g", count: 1, cause: DeadLetterCauses.AgentError);
        Go("?tab=list");
        var page = Render();
        page.WaitForElement("select[aria-label='Cause']").Change("agent_error");
        Assert.EndsWith("?tab=list&cause=agent_error", Navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal("Agent error", Assert.Single(page.FindAll("tbody .pick a")).TextContent));
    }

    [Fact]
    public async Task List_BrokenCursor_SaysSo()
    {
        await _context.SignInAsync();
        Go("?tab=list&after=broken");
        Assert.Contains("To the beginning of the list", Render().WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_HasWhatLoopsAndNothingElse()
    {
        await _context.SignInAsync(TenantRole.Operator);
        await AddAsync("f", count: 1);
        await AddAsync("l", count: 1, cause: DeadLetterCauses.Loop, state: DeadLetterStates.Quarantined);
        Go("?tab=quarantine");
        var page = Render();
        Assert.Equal("Loop", page.WaitForElement("tbody .pick a").TextContent);
        Assert.Single(page.FindAll("tbody tr"));
        page.Find("tbody input").Change(true);
        Assert.Contains(page.FindAll(".select-bar button"), b => b.TextContent == "Release");
        Assert.DoesNotContain(page.FindAll(".select-bar button"), b => b.TextContent.Contains("Replay", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Letter_Open_TellsWhatToDoEveryAttemptAndWhatWasSaid()
    {
        await _context.SignInAsync(TenantRole.Viewer);
        var letter = (await AddAsync("f", count: 1)).Single();
        var message = await MessageOfAsync(letter);
        await _context.Database.AddAsync(new Attempt
        {
            Id = Guid.CreateVersion7(), TenantId = _context.Database.Tenant.Id, SessionId = Guid.NewGuid(), MessageId = message, Number = 1, AgentId = _context.Database.Agent.Id, StartedAt = At, EndedAt = At.AddSeconds(2),
            Kind = FailureKind.Transient, Cause = DeadLetterCauses.AgentError, Detail = "503 Service Unavailable", NextAt = At.AddSeconds(3),
        });
        var page = RenderLetter(letter);
        page.WaitForElement("[aria-labelledby=advice]");
        Assert.Contains(CauseAdvices.For(DeadLetterCauses.AgentTimeout).Do, page.Find("[aria-labelledby=advice]").TextContent, StringComparison.Ordinal);
        Assert.Equal($"t/acme/agents/{_context.Database.Agent.Id}", page.Find("[aria-labelledby=advice] a.button").GetAttribute("href"));
        Assert.Contains("503 Service Unavailable", page.Find(".attempts").TextContent, StringComparison.Ordinal);
        Assert.Contains("hello", page.Find("[aria-labelledby=payload]").TextContent, StringComparison.Ordinal);
        Assert.Contains("May have been sent", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent is "Replay" or "Discard");
    }

    [Fact]
    public async Task Edit_ChangedText_ShowsTheDifferenceBeforeItIsSent()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var page = RenderLetter((await AddAsync("f", count: 1)).Single());
        await page.WaitForElements(".page-actions button").Single(b => b.TextContent.Contains("Edit and replay", StringComparison.Ordinal)).ClickAsync(new());
        Assert.Contains("it is sent as it was", page.Find("dialog [role=status]").TextContent, StringComparison.Ordinal);
        page.Find("dialog textarea").Input("hello again");
        Assert.Equal("hello", page.Find("dialog del").TextContent);
        Assert.Equal("hello again", page.Find("dialog ins").TextContent);
    }

    [Fact]
    public async Task Discard_OfSome_CanBeTakenBack()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var letters = await AddAsync("f", count: 2);
        Go("?tab=list");
        var page = Render();
        page.WaitForElement(".select-bar input").Change(true);
        await page.FindAll(".select-bar button").Single(b => b.TextContent == "Discard…").ClickAsync(new());
        Assert.Equal("Discard 2 letters?", page.WaitForElement("dialog h2").TextContent);
        await page.Find("dialog form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody .chip").Count(c => c.TextContent == "Discarded")));
        var undo = Assert.Single(_context.Services.GetRequiredService<Toasts>().Shown).Undo!;
        await page.InvokeAsync(undo);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody .chip").Count(c => c.TextContent == "Open")));
        await using var db = _context.Database.System.Create();
        Assert.Equal(letters.Count, await db.Audit.CountAsync(a => a.Action == "dead-letter.discarded"));
    }

    [Fact]
    public async Task List_OfDiscardedOnes_OffersToRestoreThemAndForgetsTheChoiceWithTheFilter()
    {
        await _context.SignInAsync(TenantRole.Operator);
        await AddAsync("f", count: 2, state: DeadLetterStates.Discarded);
        Go("?tab=list&state=discarded");
        var page = Render();
        page.WaitForElement(".select-bar input").Change(true);
        Assert.Equal(["Restore", "Choose none"], page.FindAll(".select-bar button").Select(b => b.TextContent.Trim()));
        page.Find("select[aria-label='Cause']").Change("agent_timeout");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".select-bar button")));
        page.Find(".select-bar input").Change(true);
        await page.FindAll(".select-bar button").Single(b => b.TextContent == "Restore").ClickAsync(new());
        await using var db = _context.Database.System.Create();
        Assert.Equal(2, await db.DeadLetters.CountAsync(d => d.State == DeadLetterStates.Open));
    }

    [Theory]
    [InlineData("since=foo", "“foo” is not a time")]
    [InlineData("text=hello", "Only a whole id can be looked for")]
    [InlineData("channel=web", "“web” is not the id of a channel")]
    public async Task List_AddressThatCannotBeRead_SaysSoAndReplaysNothing(string query, string said)
    {
        await _context.SignInAsync(TenantRole.Operator);
        await AddAsync("f", count: 1);
        Go($"?tab=list&{query}");
        var page = Render();
        Assert.Contains(said, page.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Contains("that fit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Letter_FromAList_LeadsBackToItAsItWas()
    {
        await _context.SignInAsync();
        var letter = (await AddAsync("f", count: 1)).Single();
        Go("?tab=list&state=open&cause=agent_timeout");
        var link = Render().WaitForElement("tbody .pick a").GetAttribute("href")!;
        Navigation.NavigateTo(link);
        var page = RenderLetter(letter);
        Assert.Equal("t/acme/dead-letters?tab=list&state=open&cause=agent_timeout", page.WaitForElement(".page-actions a").GetAttribute("href"));
    }

    [Fact]
    public async Task Letter_Gone_CannotBeEditedOrReplayedAndLinksToNothingDeleted()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var letter = (await AddAsync("f", count: 1)).Single();
        await using (var db = _context.Database.System.Create()) await db.Sessions.Where(s => s.Conversation != "main").ExecuteDeleteAsync();
        var page = RenderLetter(letter);
        Assert.All(page.WaitForElements(".page-actions button").Where(b => b.TextContent.Contains("eplay", StringComparison.Ordinal)), b => Assert.True(b.HasAttribute("disabled")));
        Assert.Empty(page.FindAll("a[href*='/conversations/']"));
    }

    [Fact]
    public async Task Letter_Discarded_NeitherWarnsNorAdvises()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var page = RenderLetter((await AddAsync("f", count: 1, state: DeadLetterStates.Discarded)).Single());
        Assert.DoesNotContain(CauseAdvices.For(DeadLetterCauses.AgentTimeout).Do, page.WaitForElement("[aria-labelledby=advice]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("May have been sent", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letter_OfAnotherTenant_IsNotThere()
    {
        await _context.SignInAsync();
        Assert.Contains("No such dead letter", RenderLetter(Guid.NewGuid()).WaitForElement(".empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Stopped_SaysWhyAndOffersToGoOn()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var letter = (await AddAsync("f", count: 1)).Single();
        var replay = new Replay
        {
            Id = Guid.CreateVersion7(), TenantId = _context.Database.Tenant.Id, State = ReplayStates.Stopped, Reason = "1 of 1 failed again.", Selection = """{"group":"f"}""", Canary = true, StopShare = 0.2, Total = 8, Started = 1, Failed = 1,
            StartedBy = "ada", StartedAt = At,
        };
        await _context.Database.AddAsync(replay, new ReplayItem { ReplayId = replay.Id, Ordinal = 1, TenantId = replay.TenantId, LetterId = letter, State = ReplayItemStates.Failed, Detail = "It answered 500." });
        var page = _context.Render<ReplayPage>(p => p.Add(r => r.Slug, "acme").Add(r => r.Id, replay.Id));
        Assert.Contains("1 of 1 failed again.", page.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 of 8 are over: 0 answered, 1 failed again, 0 left out.", page.Find("[aria-labelledby=progress] [role=status]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Replay: Agent timeout, Web chat, Echo", page.Find("h1").TextContent);
        Assert.Equal("step", page.Find(".steps li.bad").GetAttribute("aria-current"));
        Assert.Contains("It answered 500.", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Go on all the same", "Cancel"], page.FindAll(".page-actions button").Select(b => b.TextContent.Trim()));
    }

    private sealed class NoRoad : IReplayPost
    {
        public void Begin(Guid message, MessageReplay replay) { }

        public void TakeBack(Guid message) { }

        public Task PostAsync(MessageRecord message, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<bool> SendAsync(DeadLetter letter, CancellationToken cancellationToken) => Task.FromResult(true);
    }

    private static Journal Started(IDatabase storage)
    {
        var journal = new Journal(storage, TimeProvider.System, NullLogger<Journal>.Instance);
        journal.Start();
        return journal;
    }

    private static DateTimeOffset At => new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private void Go(string query) => Navigation.NavigateTo($"/t/acme/dead-letters{query}");

    private IRenderedComponent<DeadLetters> Render() => _context.Render<DeadLetters>(p => p.Add(d => d.Slug, "acme"));

    private IRenderedComponent<LetterPage> RenderLetter(Guid id) => _context.Render<LetterPage>(p => p.Add(d => d.Slug, "acme").Add(d => d.Id, id));

    private async Task<Guid> MessageOfAsync(Guid letter)
    {
        await using var db = _context.Database.System.Create();
        return await db.DeadLetters.Where(d => d.Id == letter).Select(d => d.MessageId).SingleAsync();
    }

    private async Task<IReadOnlyList<Guid>> AddAsync(string group, int count, string risk = "unknown", string cause = DeadLetterCauses.AgentTimeout, string state = DeadLetterStates.Open)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var letter = new DeadLetter
            {
                Id = Guid.CreateVersion7(At.AddSeconds(i)), TenantId = _context.Database.Tenant.Id, Stage = Stages.Dispatched, Cause = cause, Detail = "No answer within 60 seconds.", Attempts = 1, FirstAt = At, LastAt = At,
                Fingerprint = group, Risk = risk, MessageId = Guid.NewGuid(), SessionId = Guid.NewGuid(), ChannelId = _context.Database.Channel.Id, AgentId = _context.Database.Agent.Id, Payload = """{"text":"hello"}""", State = state,
                Position = i + 1,
            };
            await _context.Database.AddAsync(letter, new Session
            {
                Id = letter.SessionId, TenantId = letter.TenantId, ChannelId = letter.ChannelId, RootId = letter.SessionId, Episode = 1, Conversation = $"c{Guid.NewGuid()}", UserId = "ada", State = SessionState.Archived,
            });
            ids.Add(letter.Id);
        }

        return ids;
    }
}
