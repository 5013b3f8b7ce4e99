namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>Headers of the gateway's own mails.</summary>
internal static class MailMarks
{
    /// <summary>How many gateways' answers led to this mail.</summary>
    public const string Hops = "X-OpenClaw-Hops";

    /// <summary>A mail of the preflight to oneself: no message, whatever else is in it.</summary>
    public const string Test = "X-OpenClaw-Test";

    /// <summary>An attempt before broke off when nobody knew whether the mail was sent: another of the same Message-ID may have arrived.</summary>
    public const string PossibleDuplicate = "X-OpenClaw-Possible-Duplicate";
}
