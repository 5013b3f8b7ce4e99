using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OpenClaw.Gateway.Core.Routing.Intents.Embeddings;

/// <summary>What the server made of a text, or why it was not used, for people.</summary>
internal sealed record EmbeddingsAnswer(IntentJudgement? Judgement, string? Trouble);

/// <summary>
/// Recognises by the tenant's server of embeddings. A message waits two seconds at most; a server that fails is left alone for a while
/// (a circuit per tenant), and the examples' vectors are fetched beside the road.
/// </summary>
internal sealed partial class EmbeddingsRecognizer(EmbeddingsClient client, TimeProvider time, ILogger<EmbeddingsRecognizer> log) : IDisposable
{
    /// <summary>What one message waits for it at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15), LongestLoad = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<Guid, Tenant> _tenants = new();

    public async Task<EmbeddingsAnswer> JudgeAsync(IntentSetModel set, EmbeddingsModel server, string text, CancellationToken cancellationToken)
    {
        var tenant = _tenants.GetOrAdd(set.TenantId, _ => new(client, time));
        try
        {
            return new(await tenant.Circuit.ExecuteAsync(async token => await AskAsync(tenant, set, server, text, token), cancellationToken), null);
        }
        catch (BrokenCircuitException)
        {
            return new(null, $"It is left alone for some seconds after several failures. The last one: {tenant.Last}");
        }
        catch (TimeoutRejectedException)
        {
            tenant.Last = $"It did not answer within {Patience.TotalSeconds:0} seconds.";
            return Failed(set, tenant.Last);
        }
        catch (EmbeddingsFailedException fault)
        {
            tenant.Last = fault.Message;
            return Failed(set, fault.Message);
        }
    }

    public void Dispose()
    {
        foreach (var tenant in _tenants.Values) tenant.Dispose();
    }

    private EmbeddingsAnswer Failed(IntentSetModel set, string why)
    {
        LogFailed(set.TenantId, why);
        return new(null, why);
    }

    private async Task<IntentJudgement> AskAsync(Tenant tenant, IntentSetModel set, EmbeddingsModel server, string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text)) return Judgements.Of(set, [], [], -1, set.Threshold ?? 0.5, IntentEngines.Embeddings);
        var learned = await Loaded(tenant, set, server).WaitAsync(cancellationToken);
        var start = text.Length <= IntentLimits.TextLength ? text : text[..(char.IsHighSurrogate(text[IntentLimits.TextLength - 1]) ? IntentLimits.TextLength - 1 : IntentLimits.TextLength)];
        var vector = (await client.EmbedAsync(server, [start], cancellationToken))[0];
        if (vector.Length != learned.Dimensions) throw new EmbeddingsFailedException("Its embeddings changed their length.");
        var (scores, best) = learned.Score(vector);
        return Judgements.Of(set, learned.Names, scores, best, set.Threshold ?? learned.SuggestedThreshold, IntentEngines.Embeddings);
    }

    /// <summary>The examples are fetched once for a set; where that failed, anew after a rest.</summary>
    private Task<VectorClassifier> Loaded(Tenant tenant, IntentSetModel set, EmbeddingsModel server)
    {
        lock (tenant)
        {
            var isOver = tenant.Load is { IsFaulted: true } or { IsCanceled: true };
            if (ReferenceEquals(tenant.Set, set) && tenant.Load is { } load && !(isOver && time.GetElapsedTime(tenant.Begun) > Rest)) return load;
            (tenant.Set, tenant.Begun) = (set, time.GetTimestamp());
            return tenant.Load = Task.Run(() => LoadAsync(tenant, set, server));
        }
    }

    private async Task<VectorClassifier> LoadAsync(Tenant tenant, IntentSetModel set, EmbeddingsModel server)
    {
        using var limit = new CancellationTokenSource(LongestLoad, time);
        try
        {
            return await tenant.Vectors.LoadAsync(set, server, limit.Token);
        }
        catch (OperationCanceledException fault)
        {
            throw new EmbeddingsFailedException("It did not embed the examples within two minutes.", fault);
        }
    }

    [LoggerMessage(1412, LogLevel.Warning, "The embeddings server of tenant {Tenant} was not used; the gateway's own classifier answered. {Why}")]
    private partial void LogFailed(Guid tenant, string why);

    private sealed class Tenant(EmbeddingsClient client, TimeProvider time) : IDisposable
    {
        public ResiliencePipeline Circuit { get; } = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5, MinimumThroughput = 3, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = Rest,
                ShouldHandle = new PredicateBuilder().Handle<EmbeddingsFailedException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = Patience })
            .Build();

        public ExampleVectors Vectors { get; } = new(client);

        public IntentSetModel? Set { get; set; }

        public Task<VectorClassifier>? Load { get; set; }

        public long Begun { get; set; }

        public string Last { get; set; } = "";

        public void Dispose() => Vectors.Dispose();
    }
}
