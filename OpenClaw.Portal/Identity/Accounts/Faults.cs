namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>What is wrong with a form, by the name of its field; "" stands for the form as a whole. Empty when it was done.</summary>
internal sealed class Faults : Dictionary<string, string>
{
    public Faults()
        : base(StringComparer.Ordinal)
    {
    }

    public static Faults None => [];

    public static Faults At(string field, string message) => new() { [field] = message };

    public bool Any => Count > 0;
}
