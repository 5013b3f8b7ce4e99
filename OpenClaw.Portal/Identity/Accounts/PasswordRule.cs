using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>What a password has to be like, told at the field. Length beats rules about kinds of characters.</summary>
internal static class PasswordRule
{
    public const int MaxLength = 256;

    /// <summary>What is wrong; null when nothing is.</summary>
    public static string? FaultOf(string? password) => password switch
    {
        not { Length: >= GatewayConfiguration.MinPasswordLength and <= MaxLength } => $"A password has {GatewayConfiguration.MinPasswordLength} to {MaxLength} characters.",
        _ when password.Distinct().Count() < GatewayConfiguration.MinPasswordVariety => "Use more different characters.",
        _ => null,
    };
}
