namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Hears that something about a replay has changed: it begins, goes on or holds in.</summary>
internal interface IReplayStart
{
    void Kick(Guid replay);
}

/// <summary>Where no replays are carried out: the next start of the gateway takes them up.</summary>
internal sealed class AtNextStart : IReplayStart
{
    public void Kick(Guid replay)
    {
        // the row says all that is to be known
    }
}
