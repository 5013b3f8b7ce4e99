using System.Diagnostics;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>
/// Each session keeps <paramref name="window"/> messages in flight: the next one goes out when an answer comes in. Finds the
/// throughput at saturation; its latencies say nothing of a server under less load (see <see cref="OpenLoop"/>).
/// </summary>
/// <param name="client">The sessions.</param>
/// <param name="window">Messages in flight per session.</param>
/// <param name="perSession">Messages per session since its creation; none beyond.</param>
internal sealed class ClosedLoop(LoadClient client, int window = 1, int perSession = int.MaxValue) : ILoadPattern
{
    private volatile bool _stopped;

    /// <summary>Fills the windows.</summary>
    public void Start()
    {
        client.Use(this);
        foreach (var session in client.Sessions)
        {
            for (var i = 0; i < window; i++) Send(session);
        }
    }

    /// <summary>No new messages from here on; what is in flight comes to its end.</summary>
    public void Stop() => _stopped = true;

    void ILoadPattern.Replied(LoadSession session) => Send(session);

    private void Send(LoadSession session)
    {
        if (!_stopped && session.Sent < perSession) session.Send(Stopwatch.GetTimestamp());
    }
}
