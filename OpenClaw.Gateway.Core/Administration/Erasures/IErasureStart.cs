namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>Begins what was asked for.</summary>
internal interface IErasureStart
{
    /// <summary>Soon, in the background.</summary>
    void Kick();
}

/// <summary>Where nothing runs in the background: the next run of the job begins.</summary>
internal sealed class AtNextRun : IErasureStart
{
    public void Kick()
    {
        // it is stored, which is all that the job needs
    }
}
