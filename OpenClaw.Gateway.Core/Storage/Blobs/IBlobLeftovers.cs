namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>A blob store in which a crash can leave parts of blobs behind.</summary>
internal interface IBlobLeftovers
{
    /// <summary>Removes what was begun before that time and never committed.</summary>
    void Remove(DateTimeOffset before);
}
