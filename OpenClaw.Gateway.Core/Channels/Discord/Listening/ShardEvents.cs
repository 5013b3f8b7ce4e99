using System.Text.Json;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>One shard over all its connections: takes its events in and knows how far they are done with.</summary>
internal sealed class ShardEvents(DiscordRun run, int shard) : IGatewayEvents
{
    private const string Message = "MESSAGE_CREATE";
    private const string Interaction = "INTERACTION_CREATE";

    private GatewaySession? _session;
    private Tally? _tally;

    public int Shard => shard;

    /// <summary>How far the events of the session are done with.</summary>
    public SequenceLedger Ledger { get; private set; } = new();

    /// <summary>The last event of the session that was taken in.</summary>
    public long LastTaken { get; private set; }

    /// <summary>READY or RESUMED came, and the connection has not ended.</summary>
    public bool IsLive { get; set; }

    /// <summary>What would be resumed after a restart: behind the last event that is done with.</summary>
    public GatewaySession? Resumable => !IsBehind && Volatile.Read(ref _session) is { } session ? session with { Sequence = Ledger.Done } : null;

    /// <summary>It had a session in this run.</summary>
    public bool HasBeenLive { get; private set; }

    /// <summary>What was missed before its session is still being looked up: a resume would not bring it.</summary>
    public bool IsBehind { get; set; }

    /// <summary>How its former connection ended; null = there was none.</summary>
    public GatewayEnd? Before { get; set; }

    /// <summary>When this connection last proved its life; null = it has not.</summary>
    public DateTimeOffset? LastAlive { get; set; }

    /// <summary>The same of the connections before it.</summary>
    public DateTimeOffset? AliveBefore { get; set; }

    /// <summary>Events that were not wanted.</summary>
    public long Unwanted { get; private set; }

    /// <summary>A connection begins.</summary>
    /// <param name="resumed">What it resumes; null = a new session.</param>
    public void Begin(GatewaySession? resumed)
    {
        _tally = resumed is null ? null : new();
        if (resumed is null || _session?.Id == resumed.Id) return;
        (Ledger, LastTaken) = (new(resumed.Sequence), 0);
        _session = resumed;
    }

    /// <summary>The session is over.</summary>
    public void Lose()
    {
        IsBehind = false;
        Volatile.Write(ref _session, null);
    }

    public bool Needs(string type) => type is Message or Interaction;

    public void Ready(JsonElement ready)
    {
        (Ledger, LastTaken) = (new(), 0);
        Volatile.Write(ref _session, ready.Words("session_id") is { } id && Uri.TryCreate(ready.Words("resume_gateway_url"), UriKind.Absolute, out var url) ? new(id, url, 0) : null);
        IsLive = true;
        run.Began(this, ready);
        (HasBeenLive, LastAlive) = (true, run.Now);
    }

    public void Resumed()
    {
        IsLive = true;
        (var tally, _tally) = (_tally ?? new(), null);
        run.WentOn(this, tally);
        (HasBeenLive, LastAlive) = (true, run.Now);
    }

    public bool Take(string type, long sequence, ReadOnlyMemory<byte> content)
    {
        var json = Lenient.Parse(content);
        var ledger = Ledger;
        ledger.Open(sequence);
        var item = new IntakeItem(json.Id("channel_id"), json, content.Length)
        {
            Ledger = ledger, Sequence = sequence, Tally = _tally, Deferred = type == Interaction ? run.Defer(json) : null,
        };
        if (run.Intake.TryAdd(item))
        {
            LastTaken = Math.Max(LastTaken, sequence);
            return true;
        }

        ledger.Withdraw(sequence);
        return false;
    }

    public void Passed(string? type, long sequence)
    {
        if (type is not ("READY" or "RESUMED")) Unwanted++;
        Ledger.Close(sequence);
    }

    public void Alive()
    {
        LastAlive = run.Now;
        run.Connection.Proof();
    }
}
