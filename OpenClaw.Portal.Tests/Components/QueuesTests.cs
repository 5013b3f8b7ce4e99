using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Queues;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Queues;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>What waits and what stops it, from the rows and circuits to what a person reads and does.</summary>
public sealed class QueuesTests : IAsyncLifetime
{
    private readonly ICircuits _circuits = Substitute.For<ICircuits>();
    private PageContext _context = null!;

    private Guid Agent => _context.Database.Agent.Id;

    private Guid Channel => _context.Database.Channel.Id;

    public async Task InitializeAsync()
    {
        _context = await PageContext.CreateAsync();
        _context.Services.AddSingleton(_circuits);
        _circuits.Of(Arg.Any<SubjectKind>(), Arg.Any<Guid>()).Returns(c => new CircuitView(c.Arg<Guid>(), c.Arg<SubjectKind>(), CircuitState.Closed, null, null, null, null, 0));
        _context.JSInterop.SetupModule("./js/kit.js").Mode = JSRuntimeMode.Loose;
        ReloadShowsRows();
    }

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Page_NothingWaits_SaysSo()
    {
        await _context.SignInAsync();
        Assert.Contains("Nobody waits", Render().WaitForElement("[aria-labelledby=waits]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_CircuitOpen_SaysWhoWaitsForWhom()
    {
        var now = _context.Clock.GetUtcNow();
        _circuits.Of(SubjectKind.Agent, Agent).Returns(new CircuitView(Agent, SubjectKind.Agent, CircuitState.Open, now, now.AddSeconds(12), null, "It answered 503 six times.", 12));
        await _context.SignInAsync();
        var page = Render();
        Assert.Contains("12 sessions wait for agent Echo: circuit open.", page.WaitForElement("[aria-labelledby=waits]").TextContent, StringComparison.Ordinal);
        Assert.Contains("It answered 503 six times.", page.Find("[aria-labelledby=agents]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Circuit open", page.Find("[aria-labelledby=agents] .chip.bad").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_PendingRows_AreCountedByWhatIsToBeDone()
    {
        await AddPendingAsync(1, PendingWork.Handle, Agent);
        await AddPendingAsync(2, PendingWork.Handle, null);
        await AddPendingAsync(3, PendingWork.Send, Agent);
        await AddPendingAsync(4, PendingWork.LateAnswer, Agent);
        var all = await _context.Services.GetRequiredService<QueueQueries>().AllAsync(_context.Database.Tenant.Id);
        var (agent, channel) = (all.Single(q => q.Id == Agent), all.Single(q => q.Id == Channel));
        Assert.Equal((1, 0, 1), (agent.Depth, agent.Replies, agent.LateAnswers));
        Assert.Equal((2, 1, 1), (channel.Depth, channel.Replies, channel.LateAnswers));
        Assert.Equal(At(1), channel.OldestAt);
    }

    [Fact]
    public async Task List_OfAnotherTenant_HasNothingOfThis()
    {
        await AddPendingAsync(1, PendingWork.Handle, Agent);
        Assert.Empty(await _context.Services.GetRequiredService<QueueQueries>().AllAsync(Guid.NewGuid()));
        Assert.Null(await _context.Services.GetRequiredService<QueueQueries>().GetAsync(Guid.NewGuid(), Agent));
    }

    [Fact]
    public async Task Stop_ByAnOperator_IsSavedWithReasonAndResumedAgain()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var page = Render();
        await page.WaitForElement("button[aria-label='Stop Echo…']").ClickAsync(new());
        page.Find("dialog input[name=reason]").Change("it is being moved");
        await page.Find("dialog form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("“it is being moved”", page.Find("[aria-labelledby=agents]").TextContent, StringComparison.Ordinal));
        Assert.Contains("Paused", page.Find("[aria-labelledby=agents] .chip.busy").TextContent, StringComparison.Ordinal);
        await page.Find("button[aria-label='Resume Echo']").ClickAsync(new());
        page.WaitForElement("button[aria-label='Stop Echo…']");
        await using var db = _context.Database.System.Create();
        Assert.Equal(["agent.paused", "agent.resumed"], await db.Audit.OrderBy(a => a.Action).Select(a => a.Action).ToListAsync());
    }

    [Fact]
    public async Task Force_WithoutReason_IsToldAndNothingIsSet()
    {
        await _context.SignInAsync(TenantRole.Operator);
        var page = Render();
        await page.WaitForElement("button[aria-label='Circuit of Echo…']").ClickAsync(new());
        await page.Find("dialog form").SubmitAsync();
        Assert.NotEmpty(page.FindAll("dialog [data-field=reason] .validation-message"));
        await using (var db = _context.Database.System.Create()) Assert.Empty(await db.SubjectStates.ToListAsync());
        page.Find("dialog input[name=reason]").Change("it answers nonsense");
        await page.Find("dialog form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("Held open", page.Find("[aria-labelledby=agents]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Force_WhoseTimeIsOver_HoldsNoMore()
    {
        var force = _context.Services.GetRequiredService<ForceCircuit>();
        var forced = await force.RunAsync(Caller.System(_context.Database.Tenant.Id), Agent, "open", "a trial", 5);
        Assert.Equal("open", forced.Value!.Forced);
        _context.Clock.Advance(TimeSpan.FromMinutes(5));
        var circuit = (await _context.Services.GetRequiredService<QueueQueries>().GetAsync(_context.Database.Tenant.Id, Agent))!.Circuit;
        Assert.Equal(("closed", null), (circuit.State, circuit.Forced));
    }

    [Theory]
    [InlineData("ajar", "why", 5.0, "state"), InlineData("open", " ", 5.0, "reason"), InlineData("open", "why", 0.0, "minutes"), InlineData("closed", "why", 1e9, "minutes"), InlineData("auto", null, 5.0, "minutes")]
    public async Task Force_BadInput_IsToldByField(string state, string? reason, double minutes, string field)
    {
        var result = await _context.Services.GetRequiredService<ForceCircuit>().RunAsync(Caller.System(_context.Database.Tenant.Id), Agent, state, reason, minutes);
        Assert.Equal([field], result.Errors.Keys);
    }

    [Fact]
    public async Task Page_ForAViewer_HasNoButtons()
    {
        await _context.SignInAsync(TenantRole.Viewer);
        var page = Render();
        page.WaitForElement("[aria-labelledby=agents] table .chip");
        Assert.Empty(page.FindAll("[aria-labelledby=agents] button, [aria-labelledby=channels] button"));
    }

    private static DateTimeOffset At(int second) => new(2026, 11, 22, 10, 0, second, TimeSpan.Zero);

    private IRenderedComponent<Queues> Render() => _context.Render<Queues>(p => p.Add(q => q.Slug, "acme"));

    private Task AddPendingAsync(int number, PendingWork work, Guid? agent) => _context.Database.AddAsync(new Message
    {
        Position = number, Id = Guid.NewGuid(), TenantId = _context.Database.Tenant.Id, ChannelId = Channel, SessionId = Guid.NewGuid(), Seq = 1, Pending = work, AgentId = agent, At = At(number),
    });

    /// <summary>The catalog of the tests does what the real one does: a saved state is in force after the reload.</summary>
    private void ReloadShowsRows() => _context.Database.Catalog.ReloadAsync(Arg.Any<CancellationToken>()).Returns(async _ =>
    {
        await using var db = _context.Database.System.Create();
        var row = await db.SubjectStates.AsNoTracking().FirstOrDefaultAsync(s => s.SubjectId == Agent);
        var model = _context.Database.Agent with { Control = row is null ? SubjectControl.None : new(row.Flow, row.Forced, row.ForcedUntil, row.ForcedReason) };
        _context.Database.Catalog.FindAgent(Agent).Returns(model);
    });
}
