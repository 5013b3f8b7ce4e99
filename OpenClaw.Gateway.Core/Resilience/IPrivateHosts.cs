namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>Where the guard reads which private destinations are open. May change while the gateway runs.</summary>
public interface IPrivateHosts
{
    /// <summary>The list in force now. Another instance means that it changed.</summary>
    PrivateHostList Current { get; }
}

/// <summary>The list as configuration gave it, until the owner changes it.</summary>
public sealed class PrivateHosts : IPrivateHosts
{
    private volatile PrivateHostList _current;

    /// <summary>Starts with that list.</summary>
    public PrivateHosts(PrivateHostList current) => _current = current;

    /// <inheritdoc />
    public PrivateHostList Current => _current;

    /// <summary>Puts another list into force: for the next connection, also to a host that is connected already.</summary>
    public void Replace(PrivateHostList list) => _current = list;
}
