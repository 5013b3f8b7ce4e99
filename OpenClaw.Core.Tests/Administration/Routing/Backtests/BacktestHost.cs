using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Routing.Backtests;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Routing.Backtests;

/// <summary>A tenant with two agents and stored messages, and short words for back-tests.</summary>
internal sealed class BacktestHost(RoutingHost routing, Guid other) : IAsyncDisposable
{
    private readonly MessagePosition _positions = new(routing.Host.Clock);

    public RoutingHost Routing => routing;

    /// <summary>The agent that is nobody's default.</summary>
    public Guid Other => other;

    public BacktestRunner Runner => routing.Host.Get<BacktestRunner>();

    public BacktestQueries Queries => routing.Host.Get<BacktestQueries>();

    public DateTimeOffset Now => routing.Host.Clock.GetUtcNow();

    public static async Task<BacktestHost> StartAsync()
    {
        var routing = await RoutingHost.StartAsync();
        var made = await routing.Host.Get<SaveAgent>().CreateAsync(routing.Ada, RoutingHost.Json("""{"kind":"echo","name":"Other"}"""));
        return new(routing, made.Value!.Id);
    }

    public async Task<Guid> SessionAsync(Guid? tenant = null, Guid? channel = null)
    {
        await using var db = routing.Host.Database.System.Create();
        var session = new Session { Id = Guid.NewGuid(), TenantId = tenant ?? routing.Host.Tenant, ChannelId = channel ?? routing.Channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = "ada", State = SessionState.Active };
        db.Add(session);
        await db.SaveChangesAsync();
        return session.Id;
    }

    /// <summary>A user's message that an agent answered.</summary>
    public async Task<Guid> SaidAsync(Guid session, string text, Guid? agent = null, bool assigned = false, string? user = null)
    {
        await using var db = routing.Host.Database.System.Create();
        var home = await db.Sessions.FirstAsync(s => s.Id == session);
        var seq = await db.SessionEntries.CountAsync(e => e.SessionId == session) + 1;
        var (position, id) = _positions.Next();
        db.Add(new Message
        {
            Position = position, Id = id, TenantId = home.TenantId, ChannelId = home.ChannelId, SessionId = session, Seq = seq, From = MessageFrom.User, Text = text, UserId = user, At = Now,
            State = MessageState.Answered, AgentId = agent ?? routing.Agent,
            Route = JsonSerializer.Serialize(new { strategy = "affinity", why = assigned ? RouteReasons.Assigned.Why : RouteReasons.Last.Why }),
        });
        db.Add(new SessionEntry { SessionId = session, Seq = seq, Position = position });
        await db.SaveChangesAsync();
        return id;
    }

    public Task<AdminResult<BacktestView>> BeginAsync(object input) => routing.Host.Get<StartBacktest>().RunAsync(routing.Ada, JsonSerializer.SerializeToElement(input));

    /// <summary>Tries rules and waits for the end.</summary>
    public async Task<BacktestView> TryAsync(params object[] rules)
    {
        var begun = await BeginAsync(new { since = Now.AddDays(-1), rules });
        Assert.True(begun.Status == AdminStatus.Done, string.Join(" ", begun.Errors.Select(e => $"{e.Key}: {e.Value[0]}")));
        await Runner.EndedAsync(begun.Value!.Id);
        return (await Queries.GetAsync(routing.Host.Tenant, begun.Value.Id))!;
    }

    /// <summary>A rule on a piece of text.</summary>
    public object Rule(string name, string text, Guid? agent = null, bool drop = false) =>
        new { name, match = new { text = new { any = new[] { text } } }, target = drop ? new { drop = true } : (object)new { agent = agent ?? other } };

    public ValueTask DisposeAsync() => routing.DisposeAsync();
}
