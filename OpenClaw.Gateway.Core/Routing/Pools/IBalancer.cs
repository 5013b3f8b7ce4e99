namespace OpenClaw.Gateway.Core.Routing.Pools;

/// <summary>A pool's way of choosing among its members; it may remember whom it chose. Called from many threads.</summary>
internal interface IBalancer
{
    /// <summary>Which of them is asked: an index of <paramref name="candidates"/>, which are some of the pool's members in their order, never none.</summary>
    /// <param name="candidates">Those that may be asked.</param>
    /// <param name="commit">False: nobody will be asked, it is only to be said who would be.</param>
    int Choose(ReadOnlySpan<Candidate> candidates, bool commit = true);

    /// <summary>Why it was that one, for people: a few words for the brackets behind its name.</summary>
    string Why(in Candidate chosen);
}
