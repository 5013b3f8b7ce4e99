using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Pipeline.Loops;

/// <summary>What the loop guard knows of one session. A session handles one message at a time, so nothing of it is contended.</summary>
internal sealed class LoopState
{
    private double _spent;
    private long _spentAt;
    private long _restsUntil;
    private long _last;

    /// <summary>When something was last noted (a timestamp).</summary>
    public long TouchedAt { get; private set; }

    /// <summary>How often the last answer was given in a row.</summary>
    public int Same { get; private set; }

    /// <summary>How often the text of the message that is being answered went to and fro between channels.</summary>
    public int Bounces { get; set; }

    /// <summary>The message (by position) that <see cref="Bounces"/> is of.</summary>
    public long Looked { get; set; }

    /// <summary>Why it rests, for people.</summary>
    public string Why { get; private set; } = "";

    /// <summary>Until when nothing of it is answered; null when it does not rest (any more: then it begins anew).</summary>
    public long? RestsUntil(long now)
    {
        if (_restsUntil == 0) return null;
        if (now < _restsUntil) return _restsUntil;
        (_restsUntil, _spent, _last, Same, Bounces) = (0, 0, 0, 0, 0);
        return null;
    }

    public void Trip(long until, string why) => (_restsUntil, Why, TouchedAt) = (until, why, until);

    /// <summary>Answers that may still be given now.</summary>
    public double Left(long now, TimeProvider time, LoopPolicy policy)
    {
        var refilled = time.GetElapsedTime(_spentAt, now).TotalMinutes * policy.RepliesPerMinute;
        (_spent, _spentAt) = (Math.Max(0, _spent - refilled), now);
        return policy.RepliesPerMinute + policy.Burst - _spent;
    }

    /// <summary>An answer was given.</summary>
    public void Count(long hash, long now, TimeProvider time, LoopPolicy policy)
    {
        TouchedAt = Math.Max(now, TouchedAt);
        if (policy.RepliesPerMinute > 0) Left(now, time, policy);
        _spent++;
        Same = hash != 0 && hash == _last ? Same + 1 : 1;
        _last = hash;
    }
}
