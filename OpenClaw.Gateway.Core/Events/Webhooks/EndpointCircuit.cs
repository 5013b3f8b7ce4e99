using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>
/// One endpoint's time-out and circuit: when half of the requests of half a minute fail, nothing is sent for a while, then one as a probe.
/// An endpoint that names a pause is left alone as long.
/// </summary>
internal sealed class EndpointCircuit
{
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromHours(1);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<EventAttempt> _pipeline;
    private readonly TimeProvider _time;
    private long _openUntil;
    private long _quietUntil;

    public EndpointCircuit(TimeSpan timeout, TimeProvider time)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<EventAttempt> { TimeProvider = time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDurationGenerator = args => new(Break(args.HalfOpenAttempts)),
                ShouldHandle = args => new(args.Outcome.Result is { IsTaken: false }),
                OnOpened = args =>
                {
                    Volatile.Write(ref _openUntil, (time.GetUtcNow() + args.BreakDuration).UtcTicks);
                    return default;
                },
                StateProvider = _state,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = timeout })
            .Build();
    }

    /// <summary>One request at a time goes out: the circuit is not closed.</summary>
    public bool IsProbing => _state.CircuitState != CircuitState.Closed;

    /// <summary>Until when nothing is sent; null = it may be.</summary>
    public DateTimeOffset? HeldBackUntil
    {
        get
        {
            var until = Volatile.Read(ref _quietUntil);
            if (_state.CircuitState == CircuitState.Open) until = Math.Max(until, Volatile.Read(ref _openUntil));
            return until > _time.GetUtcNow().UtcTicks ? new DateTimeOffset(until, TimeSpan.Zero) : null;
        }
    }

    /// <summary>Sends through the circuit; null when it is open and nothing was sent. <paramref name="send"/> gets the token that ends with the time for it.</summary>
    public async ValueTask<EventAttempt?> SendAsync(Func<CancellationToken, ValueTask<EventAttempt>> send, CancellationToken stopping)
    {
        try
        {
            var attempt = await _pipeline.ExecuteAsync(static (send, limit) => send(limit), send, stopping).ConfigureAwait(false);
            if (attempt is { Wish: { } wish, Status: 429 or 503 })
                Volatile.Write(ref _quietUntil, (_time.GetUtcNow() + (wish > LongestQuiet ? LongestQuiet : wish)).UtcTicks);
            return attempt;
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
    }

    private static TimeSpan Break(int failedProbes)
    {
        var pause = FirstBreak * Math.Pow(2, Math.Min(failedProbes, 10));
        return pause > LongestBreak ? LongestBreak : pause;
    }
}
