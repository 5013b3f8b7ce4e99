using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Routing.Trials;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>A message that was judged by both sides.</summary>
internal sealed record JudgedMessage(Guid Id, Guid Session, long Seq, long Position, bool IsArchived);

/// <summary>Counts what both sides say of each message. Its size does not depend on how many there are.</summary>
internal sealed class BacktestTally
{
    /// <summary>Examples of a kind, or of a pair of places.</summary>
    private const int MostExamples = 20;

    /// <summary>Pairs of places beyond that are counted together with the last.</summary>
    private const int MostPairs = 400;

    /// <summary>Pairs that have examples, each then half as many: what is stored stays small.</summary>
    private const int PairsWithExamples = 40;

    private readonly Dictionary<Guid, (long Before, long After)> _rules = [];
    private readonly Dictionary<(Destination From, Destination To), Pair> _pairs = [];
    private readonly List<StoredExample> _unmatched = [], _dropped = [], _noRoute = [];
    private long _messages, _same, _moved, _following, _unmatchedCount, _newlyUnmatched, _droppedCount, _newlyDropped, _noRouteCount, _newlyNoRoute, _assigned, _archived, _skipped;
    private long _toLast, _toChannel, _toDefault;

    public int Unreadable { get; set; }

    /// <summary>Not judged.</summary>
    public void Skip() => _skipped++;

    /// <summary>Takes what is live, and what was tried, say of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="live">By what is live.</param>
    /// <param name="tried">By the tried rules.</param>
    /// <param name="follows">Its conversation had moved before.</param>
    public void Add(JudgedMessage message, in TrialVerdict live, in TrialVerdict tried, bool follows)
    {
        _messages++;
        if (message.IsArchived) _archived++;
        if (live.Rule is { } was) CollectionsMarshal.GetValueRefOrAddDefault(_rules, was, out _).Before++;
        if (tried.Rule is { } will) CollectionsMarshal.GetValueRefOrAddDefault(_rules, will, out _).After++;
        if (tried.Reason == TrialReason.Assigned) _assigned++;
        Place(message, live, tried, follows);
        if (!tried.IsUnmatched) return;
        _unmatchedCount++;
        if (tried.Reason == TrialReason.Last) _toLast++;
        else if (tried.Reason == TrialReason.Channel) _toChannel++;
        else if (tried.Reason == TrialReason.Default) _toDefault++;
        if (live.IsUnmatched) return;
        _newlyUnmatched++;
        Keep(_unmatched, message, live, tried);
    }

    /// <summary>What was found so far.</summary>
    public BacktestResult ToResult(bool cutShort, bool intents) => new()
    {
        Counts = new()
        {
            Messages = _messages, Same = _same, Moved = _moved, Following = _following, Unmatched = _unmatchedCount, NewlyUnmatched = _newlyUnmatched,
            UnmatchedTo = new(_toLast, _toChannel, _toDefault, _unmatchedCount - _toLast - _toChannel - _toDefault), Dropped = _droppedCount, NewlyDropped = _newlyDropped,
            NoRoute = _noRouteCount, NewlyNoRoute = _newlyNoRoute, Assigned = _assigned, Archived = _archived, Skipped = _skipped,
        },
        Rules = [.. _rules.Select(r => new StoredHits(r.Key, r.Value.Before, r.Value.After))],
        Moves = [.. _pairs.OrderByDescending(p => p.Value.Count).Select(p => new StoredMove(StoredPlace.Of(p.Key.From), StoredPlace.Of(p.Key.To), p.Value.Count, [.. p.Value.Examples]))],
        Unmatched = [.. _unmatched], Dropped = [.. _dropped], NoRoute = [.. _noRoute], CutShort = cutShort, Unreadable = Unreadable, Intents = intents,
    };

    private void Place(JudgedMessage message, in TrialVerdict live, in TrialVerdict tried, bool follows)
    {
        if (tried.To.Kind == DestinationKind.Drop) _droppedCount++;
        if (tried.To.Kind == DestinationKind.None) _noRouteCount++;
        if (live.To == tried.To)
        {
            _same++;
            if (follows) _following++;
        }
        else if (tried.To.Kind == DestinationKind.Drop)
        {
            _newlyDropped++;
            Keep(_dropped, message, live, tried);
        }
        else if (tried.To.Kind == DestinationKind.None)
        {
            _newlyNoRoute++;
            Keep(_noRoute, message, live, tried);
        }
        else
        {
            _moved++;
            Move(message, live, tried);
        }
    }

    private void Move(JudgedMessage message, in TrialVerdict live, in TrialVerdict tried)
    {
        var key = (live.To, tried.To);
        if (!_pairs.TryGetValue(key, out var pair))
        {
            if (_pairs.Count >= MostPairs) return;
            _pairs[key] = pair = new(_pairs.Count < PairsWithExamples ? MostExamples / 2 : 0);
        }

        pair.Count++;
        if (pair.Examples.Count < pair.Most) pair.Examples.Add(Example(message, live, tried));
    }

    private static void Keep(List<StoredExample> examples, JudgedMessage message, in TrialVerdict live, in TrialVerdict tried)
    {
        if (examples.Count < MostExamples) examples.Add(Example(message, live, tried));
    }

    private static StoredExample Example(JudgedMessage message, in TrialVerdict live, in TrialVerdict tried) =>
        new(message.Id, message.Session, message.Seq, message.IsArchived ? 0 : message.Position, StoredPlace.Of(live.To), StoredPlace.Of(tried.To), live.Rule, tried.Rule);

    private sealed class Pair(int most)
    {
        public int Most => most;

        public long Count { get; set; }

        public List<StoredExample> Examples { get; } = [];
    }
}
