using OpenClaw.Gateway.Core.Administration.Mail;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>What counts as an e-mail address: something that mail can be sent to, without a display name, at most 254 characters.</summary>
public static class EmailRule
{
    /// <summary>The most.</summary>
    public const int MaxLength = 254;

    /// <summary>What to tell of text that is none.</summary>
    public const string Fault = "This is not an e-mail address. Write it as in name@example.com.";

    /// <summary>True for an address; blanks around it are not counted out.</summary>
    public static bool Fits(string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && MailAddresses.IsValid(text);

    /// <summary>As addresses are compared: capitals do not tell two apart. The form in which Identity keeps them.</summary>
    public static string Normalize(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Normalize().ToUpperInvariant();
    }
}
