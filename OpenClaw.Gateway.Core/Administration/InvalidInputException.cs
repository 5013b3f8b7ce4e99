namespace OpenClaw.Gateway.Core.Administration;

/// <summary>A query was asked with a value that cannot be read (a broken cursor): the asker's fault, told by field.</summary>
public sealed class InvalidInputException(string field, string message) : Exception(message)
{
    /// <summary>The name of the value.</summary>
    public string Field { get; } = field;
}
