using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Health;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Agents.Health;

public sealed class HealthMonitorTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly FakeCatalog _catalog = new();
    private readonly FakeEvents _events = new();
    private readonly CheckedKind _kind = new();
    private readonly AgentLoads _loads;
    private readonly HealthMonitor _monitor;

    public HealthMonitorTests()
    {
        _loads = new(_clock);
        _monitor = new(_catalog, [_kind], _loads, _events, _clock, NullLogger<HealthMonitor>.Instance);
    }

    [Fact]
    public async Task Tick_EverySoOften_LooksWithinTheFirstSecondsAndThenInTheRhythm()
    {
        var agent = Add("""{"health":{"everySeconds":60}}""");
        await RunAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(1, _kind.Asked);
        Assert.True(_loads.FiguresOf(agent.Id).Health!.Ok);
        await RunAsync(TimeSpan.FromSeconds(47)); // by chance the second is due from 54 s to 71 s
        Assert.Equal(1, _kind.Asked);
        await RunAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, _kind.Asked);
    }

    [Fact]
    public async Task Tick_FailsOnce_IsStillWellTwiceIsNotAndOnceWellIsWell()
    {
        var agent = Add("""{"health":{"everySeconds":10}}""");
        await RunAsync(TimeSpan.FromSeconds(6));
        _kind.Says = [new("health", false, "connection refused", "Start it.")];
        await RunAsync(TimeSpan.FromSeconds(11));
        Assert.True(_loads.FiguresOf(agent.Id).Health!.Ok);
        await RunAsync(TimeSpan.FromSeconds(11));
        Assert.Equal((false, "connection refused Start it."), (_loads.FiguresOf(agent.Id).Health!.Ok, _loads.FiguresOf(agent.Id).Health!.Detail));
        _kind.Says = [new("health", true, "fine")];
        await RunAsync(TimeSpan.FromSeconds(11));
        Assert.True(_loads.FiguresOf(agent.Id).Health!.Ok);

        Assert.Equal([EventTypes.AgentStatus, EventTypes.AgentStatus], _events.Published.Select(e => e.Type));
    }

    [Fact]
    public async Task Tick_NothingSetOrSwitchedOff_IsNotChecked()
    {
        var agent = Add("{}");
        Add("""{"health":{"everySeconds":0}}""");
        await RunAsync(TimeSpan.FromSeconds(40));
        Assert.Equal(0, _kind.Asked);

        _kind.Every = 30;
        await RunAsync(TimeSpan.FromSeconds(6));
        Assert.NotNull(_loads.FiguresOf(agent.Id).Health);
        _catalog.Replace(_catalog.FindAgent(agent.Id)! with { Enabled = false });
        await RunAsync(TimeSpan.FromSeconds(2));
        Assert.Null(_loads.FiguresOf(agent.Id).Health);
    }

    [Fact]
    public async Task Tick_KindHasNothingToTry_SaysNothing()
    {
        var agent = Add("""{"health":{"everySeconds":5}}""");
        _kind.Says = [];
        await RunAsync(TimeSpan.FromSeconds(20));
        Assert.Null(_loads.FiguresOf(agent.Id).Health);
    }

    [Fact]
    public async Task Tick_CheckNeverEnds_NotAskedAgainAndOthersAre()
    {
        Add("""{"health":{"everySeconds":5}}""", "stuck");
        Add("""{"health":{"everySeconds":5}}""");
        _kind.Stuck = new();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 20 || _kind.AskedOf("stuck") == 0 || _kind.AskedOf("agent") < 2; i++)
        {
            _ = _monitor.TickAsync(CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token); // the checks run on other threads
        }

        Assert.Equal(1, _kind.AskedOf("stuck"));
        _kind.Stuck.SetResult();
    }

    [Fact]
    public async Task Tick_CheckThrows_IsNotWellAndGoesOn()
    {
        var agent = Add("""{"health":{"everySeconds":5,"failures":1}}""");
        _kind.Throws = true;
        await RunAsync(TimeSpan.FromSeconds(6));
        Assert.False(_loads.FiguresOf(agent.Id).Health!.Ok);
        _kind.Throws = false;
        await RunAsync(TimeSpan.FromSeconds(8));
        Assert.True(_loads.FiguresOf(agent.Id).Health!.Ok);
    }

    public void Dispose() => _monitor.Dispose();

    private AgentModel Add(string settings, string name = "agent") => _catalog.AddAgent("checked", name, settings: settings);

    private async Task RunAsync(TimeSpan span)
    {
        for (var i = 0; i < span.TotalSeconds; i++)
        {
            await _monitor.TickAsync(CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await _monitor.TickAsync(CancellationToken.None);
    }

    private sealed class CheckedKind : IAgentKind
    {
        private readonly ConcurrentQueue<string> _asked = new();

        public string Kind => "checked";

        public IReadOnlyList<string> MadeSecrets => [];

        public IReadOnlyList<PreflightCheck> Says { get; set; } = [new("health", true, "fine")];

        public TaskCompletionSource? Stuck { get; set; }

        public bool Throws { get; set; }

        public int Every { get; set; }

        public int Asked => _asked.Count;

        public int AskedOf(string name) => _asked.Count(n => n == name);

        public int HealthEverySeconds(JsonElement settings) => Every;

        public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => [];

        public IAgent Create(AgentModel model) => throw new NotSupportedException();

        public async ValueTask<IReadOnlyList<PreflightCheck>> CheckAsync(AgentModel model, CancellationToken cancellationToken)
        {
            _asked.Enqueue(model.Name);
            if (Throws) throw new InvalidOperationException("broken");
            if (model.Name == "stuck" && Stuck is { } stuck) await stuck.Task;
            return Says;
        }
    }
}
