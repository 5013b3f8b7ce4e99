namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>Is told when sign-ins were ended, so that open windows feel it at once.</summary>
public interface ISignInWatch
{
    /// <summary>These do not hold any more; the rows say so already.</summary>
    void Ended(IReadOnlyCollection<Guid> signIns);
}
