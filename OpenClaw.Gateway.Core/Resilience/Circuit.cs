using OpenClaw.Gateway.Core.Abstractions;
using Polly;
using Polly.CircuitBreaker;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Why nothing may be called now.</summary>
/// <param name="Why">For people.</param>
/// <param name="CheckAt">When to look again, unless told before; null = only when told.</param>
/// <param name="Expires">What waits for it longer than messages may wait becomes a dead letter.</param>
/// <param name="MaySkip">Another agent that the route allows may be asked instead.</param>
internal sealed record Obstacle(string Why, DateTimeOffset? CheckAt, bool Expires, bool MaySkip);

/// <summary>
/// The circuit breaker of one agent or channel: Polly's, by the share of calls that failed, with a break that doubles while probes fail. Beside it
/// what people force, and the quiet that the other side asks for.
/// </summary>
internal sealed class Circuit
{
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromSeconds(60);

    /// <summary>While a probe is under way, who waits is told of its end; this only guards against an end that nobody tells.</summary>
    private static readonly TimeSpan ProbeLooks = TimeSpan.FromSeconds(5);
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly CircuitBreakerManualControl _control = new();
    private readonly ResiliencePipeline _pipeline;
    private readonly TimeProvider _time;
    private readonly Action<Circuit> _changed;
    private long _since;
    private long _probeAt;
    private long _quietUntil;
    private string? _why;
    private int _waiting;

    public Circuit(SubjectKind kind, Guid subject, Guid tenant, TimeProvider time, Action<Circuit> changed)
    {
        (Kind, Subject, Tenant, _time, _changed) = (kind, subject, tenant, time, changed);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = 5,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDurationGenerator = static args => new(Break(args.HalfOpenAttempts)),
            ShouldHandle = args => new(args.Outcome.Result is ICallOutcome { Trouble: not null } || (args.Outcome.Exception is not null && _state.CircuitState == Polly.CircuitBreaker.CircuitState.HalfOpen)),
            StateProvider = _state,
            ManualControl = _control,
            OnOpened = Opened,
            OnClosed = _ => Closed(),
            OnHalfOpened = _ => Tell(),
        }).Build();
    }

    public SubjectKind Kind { get; }

    public Guid Subject { get; }

    public Guid Tenant { get; }

    /// <summary>What failed last, for people.</summary>
    public string? Why => Volatile.Read(ref _why);

    /// <summary>Its own state, whatever is forced.</summary>
    public Abstractions.CircuitState State => _state.CircuitState switch
    {
        Polly.CircuitBreaker.CircuitState.Closed => Abstractions.CircuitState.Closed,
        Polly.CircuitBreaker.CircuitState.HalfOpen => Abstractions.CircuitState.HalfOpen,
        _ => Abstractions.CircuitState.Open,
    };

    /// <summary>When the next probe may go through, once open.</summary>
    public DateTimeOffset ProbeAt => new(Volatile.Read(ref _probeAt), TimeSpan.Zero);

    /// <summary>Sessions that wait for it.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>So many more wait for it.</summary>
    public void Wait(int change) => Interlocked.Add(ref _waiting, change);

    /// <summary>What is in the way of a call now; null = nothing.</summary>
    public Obstacle? InTheWay(SubjectControl control)
    {
        var now = _time.GetUtcNow();
        if (Forced(control, now) is { } forced)
            return forced == Abstractions.CircuitState.Open ? new(ForcedWhy(control), control.ForcedUntil, Expires: true, MaySkip: true) : null;
        var quiet = Volatile.Read(ref _quietUntil);
        if (quiet > now.UtcTicks) return new("It asked for a pause.", new DateTimeOffset(quiet, TimeSpan.Zero), Expires: true, MaySkip: true);
        return State switch
        {
            Abstractions.CircuitState.Open when ProbeAt > now => new(OpenWhy, ProbeAt, Expires: true, MaySkip: true),
            Abstractions.CircuitState.HalfOpen => new(OpenWhy, now + ProbeLooks, Expires: true, MaySkip: true),
            _ => null,
        };
    }

    /// <summary>
    /// Calls through the breaker. Null: it was refused after all (another call is the probe, or the circuit opened meanwhile), and nothing was called.
    /// The call is told whether it is a probe.
    /// </summary>
    public async ValueTask<TOutcome?> TryCallAsync<TState, TOutcome>(
        SubjectControl control, Func<TState, bool, CancellationToken, ValueTask<TOutcome>> call, TState state, CancellationToken cancellationToken)
        where TOutcome : class, ICallOutcome
    {
        if (Forced(control, _time.GetUtcNow()) is { } forced)
        {
            if (forced == Abstractions.CircuitState.Open) return null;
            var outcome = await call(state, false, cancellationToken).ConfigureAwait(false);
            // held closed by a person who was right: it stays so when the hold is over
            if (outcome.Trouble is null) Reset();
            else Volatile.Write(ref _why, outcome.Trouble.Why);
            return Heard(outcome);
        }

        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            var result = await _pipeline.ExecuteOutcomeAsync(static (c, s) => RunAsync(s.Circuit, s.Call, s.State, c.CancellationToken), context, (Circuit: this, Call: call, State: state)).ConfigureAwait(false);
            if (result.Exception is BrokenCircuitException) return null;
            result.ThrowIfException();
            return Heard(result.Result!);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>What it calls was changed by a person: what went before says nothing any more.</summary>
    public void Reset()
    {
        Volatile.Write(ref _quietUntil, 0);
        // closing awaits nothing: Polly takes a lock and calls back
        if (State != Abstractions.CircuitState.Closed) _control.CloseAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public CircuitView View(SubjectControl control)
    {
        var now = _time.GetUtcNow();
        var forced = Forced(control, now);
        var state = forced ?? State;
        var quiet = Volatile.Read(ref _quietUntil);
        var since = Volatile.Read(ref _since);
        return new(Subject, Kind, state,
            since == 0 ? null : new DateTimeOffset(since, TimeSpan.Zero),
            forced is null && state == Abstractions.CircuitState.Open ? ProbeAt : null,
            quiet > now.UtcTicks ? new DateTimeOffset(quiet, TimeSpan.Zero) : null,
            forced is not null ? ForcedWhy(control) : state == Abstractions.CircuitState.Closed && quiet <= now.UtcTicks ? null : Why,
            Volatile.Read(ref _waiting));
    }

    internal static Abstractions.CircuitState? Forced(SubjectControl control, DateTimeOffset now) =>
        control.Forced is { } forced && (control.ForcedUntil is not { } until || until > now) ? forced : null;

    internal static string ForcedWhy(SubjectControl control) =>
        control.Forced == Abstractions.CircuitState.Open ? $"Somebody holds it open: {control.ForcedReason}" : $"Somebody holds it closed: {control.ForcedReason}";

    private string OpenWhy => $"Its circuit is open: too many calls failed. The last one: {Why}";

    private static TimeSpan Break(int failedProbes) =>
        TimeSpan.FromTicks(Math.Min(LongestBreak.Ticks, FirstBreak.Ticks << Math.Clamp(failedProbes, 0, 10)));

    private static async ValueTask<Outcome<TOutcome>> RunAsync<TState, TOutcome>(
        Circuit circuit, Func<TState, bool, CancellationToken, ValueTask<TOutcome>> call, TState state, CancellationToken cancellationToken)
        where TOutcome : class, ICallOutcome
    {
        try
        {
            var outcome = await call(state, circuit._state.CircuitState == Polly.CircuitBreaker.CircuitState.HalfOpen, cancellationToken).ConfigureAwait(false);
            if (outcome.Trouble is { } trouble) Volatile.Write(ref circuit._why, trouble.Why);
            return Outcome.FromResult(outcome);
        }
        catch (Exception e)
        {
            return Outcome.FromException<TOutcome>(e);
        }
    }

    private TOutcome Heard<TOutcome>(TOutcome outcome)
        where TOutcome : class, ICallOutcome
    {
        if (outcome.Trouble is { Quiet: { } quiet })
        {
            var until = (_time.GetUtcNow() + (quiet > RetryPolicy.LongestWish ? RetryPolicy.LongestWish : quiet)).UtcTicks;
            if (until > Volatile.Read(ref _quietUntil)) Volatile.Write(ref _quietUntil, until);
        }

        return outcome;
    }

    private ValueTask Opened(OnCircuitOpenedArguments<object> args)
    {
        var now = _time.GetUtcNow();
        Volatile.Write(ref _probeAt, (now + args.BreakDuration).UtcTicks);
        Volatile.Write(ref _since, now.UtcTicks);
        return Tell();
    }

    private ValueTask Closed()
    {
        Volatile.Write(ref _since, _time.GetUtcNow().UtcTicks);
        Volatile.Write(ref _why, null);
        return Tell();
    }

    private ValueTask Tell()
    {
        _changed(this);
        return default;
    }
}
