using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Agents.Echo;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Agents;

public sealed class AgentRegistryTests
{
    private readonly ICatalog _catalog = Substitute.For<ICatalog>();
    private readonly ManualKind _manual = new();
    private readonly IDrills _drills = Substitute.For<IDrills>();

    [Fact]
    public void Get_NotInTheCatalog_Null() => Assert.Null(Registry().Get(Guid.NewGuid()));

    [Fact]
    public void Get_Twice_BuiltOnce()
    {
        var registry = Registry();
        var model = Catalogued(AgentSamples.Model("manual"));

        Assert.Same(registry.Get(model.Id), registry.Get(model.Id));
        Assert.Equal(1, _manual.Built);
    }

    [Fact]
    public void Get_ModelReplaced_BuiltAgain()
    {
        var registry = Registry();
        var first = registry.Get(Catalogued(AgentSamples.Model("manual")).Id);
        var model = Catalogued(AgentSamples.Model("manual"));

        var second = registry.Get(model.Id);

        Assert.NotSame(first, second);
        Assert.Same(model, second?.Model);
        Assert.Equal(2, _manual.Built);
    }

    [Fact]
    public void Get_Deleted_Null()
    {
        var registry = Registry();
        var model = Catalogued(AgentSamples.Model("manual"));
        Assert.NotNull(registry.Get(model.Id));

        _catalog.FindAgent(model.Id).Returns((AgentModel?)null);

        Assert.Null(registry.Get(model.Id));
    }

    [Theory]
    [InlineData("carrier-pigeon", "{}", "carrier-pigeon")]
    [InlineData("echo", """{"delayMs":-1}""", "settings.delayMs")]
    public async Task AskAsync_Unusable_SaysWhy(string kind, string settings, string why)
    {
        var outcome = await AskAsync(Registry(), Catalogued(AgentSamples.Model(kind, settings)));

        Assert.Equal(DeadLetterCauses.AgentUnavailable, outcome.Failure?.Cause);
        Assert.Contains(why, outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_KindThrows_InternalFailure()
    {
        _manual.Answer = (_, _) => throw new InvalidOperationException("secret detail");

        var outcome = await AskAsync(Registry(), Catalogued(AgentSamples.Model("manual")));

        Assert.Equal(DeadLetterCauses.Internal, outcome.Failure?.Cause);
        Assert.DoesNotContain("secret", outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_BeyondMaxConcurrency_WaitsItsTurn()
    {
        var open = new TaskCompletionSource<AgentOutcome>();
        _manual.Answer = (_, _) => new(open.Task);
        var registry = Registry();
        var model = Catalogued(AgentSamples.Model("manual", maxConcurrency: 2));

        var asked = Enumerable.Range(0, 3).Select(_ => AskAsync(registry, model)).ToList();
        Assert.Equal(2, _manual.Asked);

        Catalogued(model with { Name = "renamed" }); // what is open still counts
        asked.Add(AskAsync(registry, model));
        Assert.Equal(2, _manual.Asked);

        open.SetResult(AgentOutcome.Answer([]));
        await Task.WhenAll(asked);
        Assert.Equal(4, _manual.Asked);
    }

    [Fact]
    public async Task AskAsync_CancelledWhileWaiting_ThrowsAndKeepsNoSlot()
    {
        var open = new TaskCompletionSource<AgentOutcome>();
        _manual.Answer = (_, _) => new(open.Task);
        var registry = Registry();
        var model = Catalogued(AgentSamples.Model("manual", maxConcurrency: 1));
        using var stop = new CancellationTokenSource();
        var first = AskAsync(registry, model);
        var second = AskAsync(registry, model, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        open.SetResult(AgentOutcome.Answer([]));
        await first;
        Assert.True((await AskAsync(registry, model)).IsAnswer);
    }

    [Fact]
    public void AskAsync_Echo_NotGatedAndAtOnce()
    {
        var model = Catalogued(AgentSamples.Model("echo", maxConcurrency: 1));
        var agent = Registry().Get(model.Id)!;

        Assert.False(agent.IsOutside);
        Assert.True(agent.AskInnerAsync(AgentSamples.Request(model), new RecordingSink(), CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task AskAsync_DrillOnAMarkedAgent_FailsWithoutAskingItAndItsCircuitSeesIt()
    {
        var model = Catalogued(AgentSamples.Model("echo") with { IsTest = true });
        _drills.Next(SubjectKind.Agent, model.Id).Returns(new DrillStep(TimeSpan.Zero, new(FailureKind.RateLimited, DeadLetterCauses.AgentError, "HTTP 429", TimeSpan.FromSeconds(9))), (DrillStep?)null);
        var registry = Registry();
        Assert.True(registry.Get(model.Id)!.IsOutside);

        var failure = (await AskAsync(registry, model)).Failure!;

        Assert.Equal((FailureKind.RateLimited, DeadLetterCauses.AgentError, TimeSpan.FromSeconds(9)), (failure.Kind, failure.Cause, failure.RetryAfter));
        Assert.NotNull(registry.Get(model.Id)!.InTheWay()); // the pause that the other side asked for holds as after a real 429
    }

    [Fact]
    public async Task AskAsync_DrillOnAnAgentWithoutTheMark_IsNotEvenLookedUp()
    {
        var model = Catalogued(AgentSamples.Model("manual"));
        _drills.Next(SubjectKind.Agent, model.Id).Returns(new DrillStep(TimeSpan.Zero, new(FailureKind.Transient, DeadLetterCauses.AgentError, "HTTP 500")));

        Assert.True((await AskAsync(Registry(), model)).IsAnswer);
        _drills.DidNotReceiveWithAnyArgs().Next(default, default);
    }

    private AgentRegistry Registry() => new(
        _catalog, [new EchoKind(new TestClock()), _manual], new OpenClaw.Gateway.Core.Telemetry.AgentLoads(TimeProvider.System),
        new Circuits(_catalog, new FakeEvents(), TimeProvider.System, NullLogger<Circuits>.Instance), [_drills], TimeProvider.System, NullLogger<AgentRegistry>.Instance);

    private AgentModel Catalogued(AgentModel model)
    {
        _catalog.FindAgent(model.Id).Returns(model);
        return model;
    }

    private static async Task<AgentOutcome> AskAsync(AgentRegistry registry, AgentModel model, CancellationToken cancellationToken = default)
    {
        var agent = registry.Get(model.Id)!;
        if (!agent.IsOutside) return await agent.AskInnerAsync(AgentSamples.Request(model), new RecordingSink(), cancellationToken);
        var asked = await agent.TryAskAsync(() => new(AgentSamples.Request(model)), new RecordingSink(), bulk: false, cancellationToken);
        return asked!.Value.Outcome;
    }

    private sealed class ManualKind : IAgentKind
    {
        public int Built { get; private set; }

        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public Func<AgentRequest, CancellationToken, ValueTask<AgentOutcome>> Answer { get; set; } = (_, _) => new(AgentOutcome.Answer([]));

        public string Kind => "manual";

        public IReadOnlyList<string> MadeSecrets => [];

        public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => [];

        public IAgent Create(AgentModel model)
        {
            Built++;
            return new Agent(this);
        }

        private sealed class Agent(ManualKind kind) : IAgent
        {
            public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref kind._asked);
                return kind.Answer(request, cancellationToken);
            }
        }
    }
}
