using OpenClaw.Gateway.Core.Routing.Pools;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Routing.Pools;

/// <summary>Replicas that each answer some requests at once and the rest in turn, in simulated time: the same seed gives the same figures anywhere.</summary>
internal sealed class Simulation(int seed)
{
    private const int Capacity = 8;
    private readonly Random _random = new(seed);

    /// <summary>Milliseconds from request to answer, sorted, and how many each replica got.</summary>
    /// <param name="balancer">Chooses.</param>
    /// <param name="serviceMs">How long each replica takes for a request, on average.</param>
    /// <param name="requests">How many come.</param>
    /// <param name="everyMs">One every so often, on average.</param>
    public (List<double> Latencies, int[] Shares) Run(IBalancer balancer, double[] serviceMs, int requests, double everyMs)
    {
        var replicas = serviceMs.Select(ms => new Replica(ms)).ToArray();
        var candidates = new Candidate[replicas.Length];
        var ends = new PriorityQueue<(int Replica, double Came), double>();
        var (latencies, shares, now) = (new List<double>(requests), new int[replicas.Length], 1_000.0);
        for (var i = 0; i < requests; i++)
        {
            now += -everyMs * Math.Log(1 - _random.NextDouble());
            while (ends.TryPeek(out var ended, out var at) && at <= now)
            {
                ends.Dequeue();
                End(ended, at);
            }

            for (var r = 0; r < replicas.Length; r++)
            {
                var (average, faded) = replicas[r].Estimate.At(now);
                candidates[r] = new(r, Samples.Id(r), 1, Capacity, new(replicas[r].Open, average, faded));
            }

            var chosen = balancer.Choose(candidates);
            shares[chosen]++;
            replicas[chosen].Open++;
            if (replicas[chosen].Busy < Capacity) Start(chosen, now, now);
            else replicas[chosen].Queue.Enqueue(now);
        }

        while (ends.TryDequeue(out var ended, out var at)) End(ended, at);
        latencies.Sort();
        return (latencies, shares);

        void Start(int replica, double came, double at)
        {
            replicas[replica].Busy++;
            ends.Enqueue((replica, came), at + (replicas[replica].ServiceMs * (0.5 + _random.NextDouble())));
        }

        void End((int Replica, double Came) ended, double at)
        {
            var replica = replicas[ended.Replica];
            replica.Open--;
            replica.Busy--;
            replica.Estimate.Observe(at - ended.Came, at);
            latencies.Add(at - ended.Came);
            if (replica.Queue.TryDequeue(out var waiting)) Start(ended.Replica, waiting, at);
        }
    }

    private sealed class Replica(double serviceMs)
    {
        public LatencyEstimate Estimate;

        public double ServiceMs => serviceMs;

        public int Open { get; set; }

        public int Busy { get; set; }

        public Queue<double> Queue { get; } = new();
    }
}
