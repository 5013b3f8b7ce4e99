namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Tells open pages at once that a person's rights in a tenant have changed; they look them up anew. Informs only: rights are checked at every step.</summary>
public sealed class RightsChanges
{
    /// <summary>Told the person.</summary>
    public event Action<Guid>? Changed;

    /// <summary>After a role was changed or a member removed.</summary>
    public void Tell(Guid person) => Changed?.Invoke(person);
}
