namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>What the archive needs of the sessions in memory.</summary>
internal interface ILiveSessions
{
    /// <summary>
    /// Takes a session out of memory and keeps it out until the returned hold is disposed: who needs it meanwhile waits, and then finds what the
    /// database says. Those who show it come back by themselves and keep their place. Null when something goes on in it: then it stays.
    /// </summary>
    IDisposable? TryTake(Guid root, Guid session);

    /// <summary>
    /// The same for a session that is to be removed, whatever goes on in it: what waits there is let go of, and what an agent still answers is not stored.
    /// Those who show it go on in the address' next episode. Null only for a moment, while the session is being read.
    /// </summary>
    IDisposable? TryDrop(Guid root, Guid session);
}
