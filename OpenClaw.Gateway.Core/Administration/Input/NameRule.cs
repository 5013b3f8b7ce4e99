namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>How long names are: 1 to 80 characters, a character being a Unicode scalar value (an emoji is one, not two).</summary>
public static class NameRule
{
    /// <summary>The most.</summary>
    public const int MaxLength = 80;

    /// <summary>What to tell of a name that does not fit.</summary>
    public const string Fault = "A name has 1 to 80 characters.";

    /// <summary>True for what may be a name; blanks around it are not counted out.</summary>
    public static bool Fits(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && name.EnumerateRunes().Count() <= MaxLength;
    }
}
